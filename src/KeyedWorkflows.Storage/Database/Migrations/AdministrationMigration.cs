using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace KeyedWorkflows.Storage.Migrations;

/// <summary>
/// Those who administer lie beside the tokens of callers, in a table of their own; a token that is given another value is found by its former one until the grace is over. There is no way down: to take a column away, EF Core would
/// build the table of SQLite anew from a model that it is not given.
/// </summary>
[DbContext(typeof(StorageContext))]
[Migration("20261220000000_Administration")]
internal sealed class AdministrationMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "administrators",
            table => new
            {
                Id = table.Column<string>(maxLength: 64, nullable: false),
                Name = table.Column<string>(maxLength: 64, nullable: false),
                Hash = table.Column<byte[]>(nullable: false),
                Payload = table.Column<byte[]>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_administrators", row => row.Id));
        migrationBuilder.CreateIndex("IX_administrators_Name", "administrators", "Name", unique: true);
        migrationBuilder.CreateIndex("IX_administrators_Hash", "administrators", "Hash", unique: true);

        migrationBuilder.AddColumn<byte[]>("FormerHash", "tokens", nullable: true);
        migrationBuilder.CreateIndex("IX_tokens_FormerHash", "tokens", "FormerHash", unique: true);
    }
}
