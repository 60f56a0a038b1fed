using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace KeyedWorkflows.Storage.Migrations;

/// <summary>Accounts of budgets say for how long they were kept, and of which budget was told. Those that were there before are summed up anew. What is summed up is found by an index. Of booked journals it is known when they were last seen. There is no way down, as from <see cref="UsageMigration"/>.</summary>
[DbContext(typeof(HistoryContext))]
[Migration("20261227000000_BudgetMarks")]
internal sealed class BudgetMarksMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("Mark", "budget_accounts", maxLength: 64, nullable: true);
        migrationBuilder.AddColumn<string>("ToldOf", "budget_accounts", maxLength: 64, nullable: true);
        migrationBuilder.CreateIndex("IX_run_calls_ProfileId_FinishedAt", "run_calls", ["ProfileId", "FinishedAt"]);
        migrationBuilder.CreateIndex("IX_run_calls_TokenId_FinishedAt", "run_calls", ["TokenId", "FinishedAt"]);
        migrationBuilder.CreateIndex("IX_budget_accounts_Start", "budget_accounts", "Start");
        migrationBuilder.AddColumn<long>("SeenAt", "booked_journals", nullable: true);
    }
}
