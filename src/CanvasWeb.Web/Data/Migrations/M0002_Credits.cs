using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>
/// The ledger, with its rules inside the database (Credits/README.md says why each is there): rows are only inserted, entries of people's
/// accounts follow each other without a gap and never go below zero, a transaction sums to zero.
/// </summary>
[DbContext(typeof(AppDbContext))]
[Migration("0002_Credits")]
internal sealed class M0002_Credits : Migration
{
    // Written out, because EF Core cannot make a deferred foreign key: entries come first, then the transaction's row seals them. The
    // types mean the same on both databases.
    private const string Entries = """
        CREATE TABLE "LedgerEntries" (
            "Transaction" varchar(200) NOT NULL,
            "Account" varchar(40) NOT NULL,
            "Amount" bigint NOT NULL,
            "Number" bigint NULL,
            "Balance" bigint NULL,
            CONSTRAINT "PK_LedgerEntries" PRIMARY KEY ("Transaction", "Account"),
            CONSTRAINT "FK_LedgerEntries_LedgerTransactions" FOREIGN KEY ("Transaction") REFERENCES "LedgerTransactions" ("Key") DEFERRABLE INITIALLY DEFERRED,
            CONSTRAINT "CK_LedgerEntries_Amount" CHECK ("Amount" <> 0),
            CONSTRAINT "CK_LedgerEntries_Balance" CHECK ("Balance" >= 0),
            CONSTRAINT "CK_LedgerEntries_Users" CHECK ((substr("Account", 1, 5) = 'user:') = ("Number" IS NOT NULL) AND ("Number" IS NULL) = ("Balance" IS NULL))
        );
        """;

    // The seal is checked against an existing key too: INSERT OR REPLACE deletes rows without asking the delete trigger.
    private const string SqliteTriggers = """
        CREATE TRIGGER "LedgerEntries_insert" BEFORE INSERT ON "LedgerEntries" BEGIN
            SELECT RAISE(ABORT, 'ledger: the transaction is sealed')
            WHERE EXISTS (SELECT 1 FROM "LedgerTransactions" WHERE "Key" = NEW."Transaction");
            SELECT RAISE(ABORT, 'ledger: the entry does not follow the newest one of its account')
            WHERE NEW."Number" IS NOT NULL AND (
                NEW."Number" <> 1 + coalesce((SELECT max("Number") FROM "LedgerEntries" WHERE "Account" = NEW."Account"), 0)
                OR NEW."Balance" <> NEW."Amount" + coalesce((SELECT "Balance" FROM "LedgerEntries" WHERE "Account" = NEW."Account" ORDER BY "Number" DESC LIMIT 1), 0));
        END;
        CREATE TRIGGER "LedgerTransactions_insert" BEFORE INSERT ON "LedgerTransactions" BEGIN
            SELECT RAISE(ABORT, 'ledger: the transaction is sealed')
            WHERE EXISTS (SELECT 1 FROM "LedgerTransactions" WHERE "Key" = NEW."Key");
            SELECT RAISE(ABORT, 'ledger: the entries do not sum to zero')
            WHERE (SELECT coalesce(sum("Amount"), 0) FROM "LedgerEntries" WHERE "Transaction" = NEW."Key") <> 0;
        END;
        CREATE TRIGGER "LedgerEntries_update" BEFORE UPDATE ON "LedgerEntries" BEGIN SELECT RAISE(ABORT, 'ledger: rows are never updated'); END;
        CREATE TRIGGER "LedgerEntries_delete" BEFORE DELETE ON "LedgerEntries" BEGIN SELECT RAISE(ABORT, 'ledger: rows are never deleted'); END;
        CREATE TRIGGER "LedgerTransactions_update" BEFORE UPDATE ON "LedgerTransactions" BEGIN SELECT RAISE(ABORT, 'ledger: rows are never updated'); END;
        CREATE TRIGGER "LedgerTransactions_delete" BEFORE DELETE ON "LedgerTransactions" BEGIN SELECT RAISE(ABORT, 'ledger: rows are never deleted'); END;
        """;

    private const string PostgreSqlTriggers = """
        CREATE FUNCTION ledger_entry_insert() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM "LedgerTransactions" WHERE "Key" = NEW."Transaction") THEN
                RAISE EXCEPTION 'ledger: the transaction is sealed' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            IF NEW."Number" IS NOT NULL AND (
                NEW."Number" <> 1 + coalesce((SELECT max("Number") FROM "LedgerEntries" WHERE "Account" = NEW."Account"), 0)
                OR NEW."Balance" <> NEW."Amount" + coalesce((SELECT "Balance" FROM "LedgerEntries" WHERE "Account" = NEW."Account" ORDER BY "Number" DESC LIMIT 1), 0)) THEN
                RAISE EXCEPTION 'ledger: the entry does not follow the newest one of its account' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE FUNCTION ledger_transaction_insert() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (SELECT coalesce(sum("Amount"), 0) FROM "LedgerEntries" WHERE "Transaction" = NEW."Key") <> 0 THEN
                RAISE EXCEPTION 'ledger: the entries do not sum to zero' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'ledger: rows are never updated or deleted' USING ERRCODE = 'integrity_constraint_violation';
        END $$;
        CREATE TRIGGER "LedgerEntries_insert" BEFORE INSERT ON "LedgerEntries" FOR EACH ROW EXECUTE FUNCTION ledger_entry_insert();
        CREATE TRIGGER "LedgerTransactions_insert" BEFORE INSERT ON "LedgerTransactions" FOR EACH ROW EXECUTE FUNCTION ledger_transaction_insert();
        CREATE TRIGGER "LedgerEntries_refuse" BEFORE UPDATE OR DELETE OR TRUNCATE ON "LedgerEntries" FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
        CREATE TRIGGER "LedgerTransactions_refuse" BEFORE UPDATE OR DELETE OR TRUNCATE ON "LedgerTransactions" FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
        """;

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "LedgerTransactions",
            table => new
            {
                Key = table.Column<string>(maxLength: 200),
                Kind = table.Column<string>(maxLength: 16),
                UserId = table.Column<string>(maxLength: 22),
                JobId = table.Column<string>(maxLength: 22, nullable: true),
                Reason = table.Column<string>(maxLength: 200, nullable: true),
                ActorId = table.Column<string>(maxLength: 22, nullable: true),
                At = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_LedgerTransactions", row => row.Key));
        migrationBuilder.CreateIndex("IX_LedgerTransactions_UserId_At", "LedgerTransactions", ["UserId", "At"]);
        migrationBuilder.Sql(Entries);
        migrationBuilder.CreateIndex("IX_LedgerEntries_Account_Number", "LedgerEntries", ["Account", "Number"], unique: true);
        migrationBuilder.CreateTable(
            "CreditHolds",
            table => new
            {
                JobId = table.Column<string>(maxLength: 22),
                UserId = table.Column<string>(maxLength: 22),
                Amount = table.Column<long>(),
                HeldAt = table.Column<long>(),
                ExpiresAt = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_CreditHolds", row => row.JobId));
        migrationBuilder.CreateIndex("IX_CreditHolds_UserId", "CreditHolds", "UserId");
        migrationBuilder.CreateIndex("IX_CreditHolds_ExpiresAt", "CreditHolds", "ExpiresAt");
        migrationBuilder.Sql(migrationBuilder.ActiveProvider?.EndsWith("Sqlite", StringComparison.Ordinal) == true ? SqliteTriggers : PostgreSqlTriggers);
    }
}
