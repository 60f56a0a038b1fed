using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace KeyedWorkflows.Storage.Migrations;

/// <summary>
/// Calls become the ledger of usage: they say whose they are by themselves, since they outlive their runs, and what they cost. Those that were made before have no price. There is no way down: to take a column away, EF Core would
/// build the table of SQLite anew from a model that it is not given.
/// </summary>
[DbContext(typeof(HistoryContext))]
[Migration("20261212000000_Usage")]
internal sealed class UsageMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("RunId", "run_calls", maxLength: 64, nullable: false, defaultValue: "");
        migrationBuilder.AddColumn<string>("Workflow", "run_calls", maxLength: 64, nullable: false, defaultValue: "");
        migrationBuilder.AddColumn<string>("Tenant", "run_calls", maxLength: 64, nullable: true);
        migrationBuilder.AddColumn<string>("ProfileName", "run_calls", maxLength: 64, nullable: true);
        migrationBuilder.AddColumn<string>("TokenId", "run_calls", maxLength: 64, nullable: false, defaultValue: "");
        migrationBuilder.AddColumn<string>("EndUser", "run_calls", maxLength: 256, nullable: true);
        migrationBuilder.AddColumn<bool>("Estimated", "run_calls", nullable: false, defaultValue: false);
        migrationBuilder.AddColumn<long>("Price", "run_calls", nullable: false, defaultValue: 0L);
        migrationBuilder.AddColumn<string>("Currency", "run_calls", maxLength: 3, nullable: true);
        migrationBuilder.AddColumn<long>("FinishedAt", "run_calls", nullable: false, defaultValue: 0L);

        // A statement that both databases read.
        migrationBuilder.Sql(
            """
            UPDATE run_calls SET "RunId" = runs."Id", "Workflow" = runs."Workflow", "Tenant" = runs."Tenant", "TokenId" = runs."TokenId", "EndUser" = runs."EndUser",
            "FinishedAt" = run_calls."StartedAt" + run_calls."Duration" FROM runs WHERE runs."Number" = run_calls."Run";
            """);
        migrationBuilder.CreateIndex("IX_run_calls_FinishedAt", "run_calls", "FinishedAt");
    }
}
