using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace KeyedWorkflows.Storage.Migrations;

/// <summary>Tokens lie beside the profiles.</summary>
[DbContext(typeof(StorageContext))]
[Migration("20261205000000_Tokens")]
internal sealed class TokensMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "tokens",
            table => new
            {
                Id = table.Column<string>(maxLength: 64, nullable: false),
                Name = table.Column<string>(maxLength: 64, nullable: false),
                Hash = table.Column<byte[]>(nullable: false),
                Revision = table.Column<string>(maxLength: 32, nullable: false),
                Payload = table.Column<byte[]>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_tokens", row => row.Id));
        migrationBuilder.CreateIndex("IX_tokens_Name", "tokens", "Name", unique: true);
        migrationBuilder.CreateIndex("IX_tokens_Hash", "tokens", "Hash", unique: true);

        migrationBuilder.CreateTable(
            "former_tokens",
            table => new { Id = table.Column<string>(maxLength: 64, nullable: false) },
            constraints: table => table.PrimaryKey("PK_former_tokens", row => row.Id));
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("former_tokens");
        migrationBuilder.DropTable("tokens");
    }
}
