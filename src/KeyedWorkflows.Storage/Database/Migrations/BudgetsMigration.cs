using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace KeyedWorkflows.Storage.Migrations;

/// <summary>Budgets have accounts, and journals of calls are booked once.</summary>
[DbContext(typeof(HistoryContext))]
[Migration("20261219000000_Budgets")]
internal sealed class BudgetsMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "budget_accounts",
            table => new
            {
                Kind = table.Column<string>(maxLength: 32, nullable: false),
                Subject = table.Column<string>(maxLength: 64, nullable: false),
                Period = table.Column<string>(maxLength: 32, nullable: false),
                Start = table.Column<long>(nullable: false),
                Currency = table.Column<string>(maxLength: 3, nullable: false),
                Tokens = table.Column<long>(nullable: false),
                Money = table.Column<long>(nullable: false),
                Told = table.Column<int>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_budget_accounts", row => new { row.Kind, row.Subject, row.Period, row.Start, row.Currency }));

        migrationBuilder.CreateTable(
            "booked_journals",
            table => new { Name = table.Column<string>(maxLength: 256, nullable: false) },
            constraints: table => table.PrimaryKey("PK_booked_journals", row => row.Name));
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("booked_journals");
        migrationBuilder.DropTable("budget_accounts");
    }
}
