using System.Data.Common;
using CanvasWeb.Web.Credits;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Tests.Credits;

/// <summary>What the database itself refuses, whoever writes to it.</summary>
public sealed class LedgerRulesTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Rows_of_the_ledger_are_never_updated_or_deleted(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        await books.NewUserWithAsync(60);

        string[] forbidden =
        [
            """UPDATE "LedgerEntries" SET "Amount" = 1""",
            """UPDATE "LedgerEntries" SET "Account" = 'revenue' WHERE "Account" = 'grants'""",
            """DELETE FROM "LedgerEntries" """,
            """UPDATE "LedgerTransactions" SET "Reason" = 'another'""",
            """DELETE FROM "LedgerTransactions" """,
        ];
        foreach (var sql in forbidden)
            await RefusedAsync(books, "never", sql);
    }

    [Fact]
    public async Task PostgreSQL_does_not_truncate_the_ledger()
    {
        await using var books = await Books.OpenAsync(DatabaseKind.PostgreSql, server);
        await RefusedAsync(books, "never", """TRUNCATE "LedgerEntries", "LedgerTransactions" """);
    }

    [Fact]
    public async Task SQLite_does_not_replace_rows_of_the_ledger()
    {
        await using var books = await Books.OpenAsync(DatabaseKind.Sqlite, server);
        await books.NewUserWithAsync(50);
        await RefusedAsync(books, "sealed", """INSERT OR REPLACE INTO "LedgerTransactions" SELECT "Key", "Kind", "UserId", "JobId", 'another', "ActorId", "At" FROM "LedgerTransactions" """);
        await RefusedAsync(books, "sealed", """INSERT OR REPLACE INTO "LedgerEntries" SELECT "Transaction", "Account", "Amount", "Number", "Balance" FROM "LedgerEntries" """);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_transaction_sums_to_zero(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        await RefusedAsync(books, "sum to zero", Entry("t", "grants", -5), Entry("t", "user:a:available", 4, 1, 4), Seal("t"));
        await RefusedAsync(books, "sum to zero", Entry("t", "grants", -5), Seal("t"));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Entries_belong_to_a_transaction_and_cannot_join_one_later(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        await RefusedAsync(books, "foreign key", Entry("t", "grants", -5), Entry("t", "revenue", 5));
        await RefusedAsync(books, "sealed", Entry("t", "grants", -5), Entry("t", "revenue", 5), Seal("t"), Entry("t", "purchases", -1));
        await RefusedAsync(books, "sealed", Seal("t"), Entry("t", "grants", -5), Entry("t", "revenue", 5));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_persons_account_never_goes_below_zero(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        await RefusedAsync(books, "CK_LedgerEntries_Balance", Entry("t", "user:a:available", -5, 1, -5), Entry("t", "revenue", 5), Seal("t"));
        await RefusedAsync(books, "CK_LedgerEntries_Balance", Entry("t", "user:a:held", -1, 1, -1), Entry("t", "revenue", 1), Seal("t"));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Entries_of_a_persons_account_follow_each_other(DatabaseKind kind)
    {
        await using var books = await Books.OpenAsync(kind, server);
        var account = LedgerAccount.Available(await books.NewUserWithAsync(50));
        await RefusedAsync(books, "follow", Entry("t", account, 5, 3, 55), Entry("t", "grants", -5), Seal("t"));
        await RefusedAsync(books, "follow", Entry("t", account, 5, 1, 5), Entry("t", "grants", -5), Seal("t"));
        await RefusedAsync(books, "follow", Entry("t", account, 5, 2, 56), Entry("t", "grants", -5), Seal("t"));
        await RefusedAsync(books, "CK_LedgerEntries_Users", Entry("t", account, 5), Entry("t", "grants", -5), Seal("t"));
        await RefusedAsync(books, "CK_LedgerEntries_Users", Entry("t", "revenue", 5, 1, 5), Entry("t", "grants", -5), Seal("t"));
        await RefusedAsync(books, "CK_LedgerEntries_Amount", Entry("t", "revenue", 0), Seal("t"));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_keeps_the_rules_is_taken(DatabaseKind kind)
    {
        // The counterpart of the tests above: their statements fail for the reason they name and for no other.
        await using var books = await Books.OpenAsync(kind, server);
        var account = LedgerAccount.Available(await books.NewUserWithAsync(50));
        await WriteAsync(books, Entry("t", account, 5, 2, 55), Entry("t", "grants", -5), Seal("t"));
    }

    private static string Entry(string transaction, string account, long amount, long? number = null, long? balance = null) => FormattableString.Invariant(
        $"""INSERT INTO "LedgerEntries" ("Transaction", "Account", "Amount", "Number", "Balance") VALUES ('{transaction}', '{account}', {amount}, {Sql(number)}, {Sql(balance)})""");

    private static string Seal(string key) => $"""INSERT INTO "LedgerTransactions" ("Key", "Kind", "UserId", "At") VALUES ('{key}', 'AdminGrant', 'a', 0)""";

    private static string Sql(long? value) => value is { } number ? FormattableString.Invariant($"{number}") : "NULL";

    private static async Task RefusedAsync(Books books, string because, params string[] statements)
    {
        var error = await Assert.ThrowsAnyAsync<DbException>(() => WriteAsync(books, statements));
        Assert.Contains(because, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static Task WriteAsync(Books books, params string[] statements) => books.Database.Writes.RunAsync(
        async (db, token) =>
        {
            foreach (var statement in statements)
                await db.Database.ExecuteSqlRawAsync(statement, token);
        },
        Token);
}
