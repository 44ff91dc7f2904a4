using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>The audit log. No foreign keys: an entry outlives the person who acted and what it was done to.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0014_Audit")]
internal sealed class M0014_Audit : Migration
{
    private const string SqliteTriggers = """
        CREATE TRIGGER "AuditEntries_update" BEFORE UPDATE ON "AuditEntries" BEGIN SELECT RAISE(ABORT, 'audit: rows are never updated'); END;
        CREATE TRIGGER "AuditEntries_delete" BEFORE DELETE ON "AuditEntries" BEGIN SELECT RAISE(ABORT, 'audit: rows are never deleted'); END;
        """;

    private const string PostgreSqlTriggers = """
        CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'audit: rows are never updated or deleted' USING ERRCODE = 'integrity_constraint_violation';
        END $$;
        CREATE TRIGGER "AuditEntries_update" BEFORE UPDATE OR DELETE OR TRUNCATE ON "AuditEntries" FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
        """;

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "AuditEntries",
            table => new
            {
                Id = table.Column<string>(maxLength: 22),
                At = table.Column<long>(),
                ActorId = table.Column<string>(maxLength: 22),
                Action = table.Column<string>(maxLength: 64),
                Subject = table.Column<string>(maxLength: 128),
                Details = table.Column<string>(maxLength: 1_000, nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_AuditEntries", row => row.Id));
        migrationBuilder.CreateIndex("IX_AuditEntries_At_Id", "AuditEntries", ["At", "Id"]);
        migrationBuilder.CreateIndex("IX_AuditEntries_Subject_At", "AuditEntries", ["Subject", "At"]);
        migrationBuilder.CreateIndex("IX_AuditEntries_ActorId_At", "AuditEntries", ["ActorId", "At"]);
        migrationBuilder.Sql(migrationBuilder.ActiveProvider?.EndsWith("Sqlite", StringComparison.Ordinal) == true ? SqliteTriggers : PostgreSqlTriggers);
    }
}
