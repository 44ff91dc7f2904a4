using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace CanvasWeb.Web.Tests.Data;

public sealed class SchemaTests(PostgreSqlServer server)
{
    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task The_migrations_make_what_the_model_expects(DatabaseKind kind)
    {
        var token = TestContext.Current.CancellationToken;
        await using var database = await TestDatabase.CreateAsync(kind, server);
        await using var db = await database.Contexts.CreateDbContextAsync(token);
        var problems = new List<string>();
        foreach (var table in db.GetService<IDesignTimeModel>().Model.GetRelationalModel().Tables)
        {
            var actual = await ColumnsAsync(db, kind, table.Name);
            if (actual.Count == 0)
                problems.Add($"table {table.Name} is missing");
            foreach (var column in table.Columns)
            {
                if (!actual.Remove(column.Name, out var nullable))
                    problems.Add($"{table.Name}.{column.Name} is missing");
                else if (nullable != column.IsNullable)
                    problems.Add($"{table.Name}.{column.Name} is {(nullable ? "nullable" : "not nullable")} in the database only");
            }

            problems.AddRange(actual.Keys.Select(extra => $"{table.Name}.{extra} is not in the model"));
            var unique = await UniqueIndexesAsync(db, kind, table.Name);
            foreach (var index in table.Indexes.Where(static index => index.IsUnique))
            {
                if (!unique.Contains(index.Name))
                    problems.Add($"unique index {index.Name} is missing");
            }
        }

        Assert.Empty(problems);
    }

    private static async Task<Dictionary<string, bool>> ColumnsAsync(DbContext db, DatabaseKind kind, string table)
    {
        var sql = kind == DatabaseKind.Sqlite
            ? $"SELECT name AS \"Name\", CASE WHEN \"notnull\" = 0 THEN 1 ELSE 0 END AS \"Nullable\" FROM pragma_table_info('{table}')"
            : $"SELECT column_name AS \"Name\", CASE is_nullable WHEN 'YES' THEN 1 ELSE 0 END AS \"Nullable\" FROM information_schema.columns WHERE table_name = '{table}'";
        var rows = await db.Database.SqlQueryRaw<ColumnRow>(sql).ToListAsync(TestContext.Current.CancellationToken);
        return rows.ToDictionary(static row => row.Name, static row => row.Nullable == 1, StringComparer.Ordinal);
    }

    private static async Task<HashSet<string>> UniqueIndexesAsync(DbContext db, DatabaseKind kind, string table)
    {
        var sql = kind == DatabaseKind.Sqlite
            ? $"SELECT name AS \"Value\" FROM pragma_index_list('{table}') WHERE \"unique\" = 1"
            : $"SELECT indexname AS \"Value\" FROM pg_indexes WHERE tablename = '{table}' AND indexdef LIKE 'CREATE UNIQUE%'";
        return [.. await db.Database.SqlQueryRaw<string>(sql).ToListAsync(TestContext.Current.CancellationToken)];
    }

    private sealed record ColumnRow(string Name, int Nullable);
}
