using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace KeyedWorkflows.Storage.Migrations;

/// <summary>The first version. No column names a type of one database: each has the provider's own for it.</summary>
[DbContext(typeof(StorageContext))]
[Migration("20261124000000_Profiles")]
internal sealed class ProfilesMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "profiles",
            table => new
            {
                Id = table.Column<string>(maxLength: 64, nullable: false),
                Name = table.Column<string>(maxLength: 64, nullable: false),
                Tenant = table.Column<string>(maxLength: 64, nullable: true),
                Provider = table.Column<string>(maxLength: 64, nullable: false),
                Endpoint = table.Column<string>(maxLength: 2048, nullable: true),
                Enabled = table.Column<bool>(nullable: false),
                Revision = table.Column<string>(maxLength: 32, nullable: false),
                Payload = table.Column<byte[]>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_profiles", row => row.Id));
        migrationBuilder.CreateIndex("IX_profiles_Name", "profiles", "Name", unique: true);
        migrationBuilder.CreateIndex("IX_profiles_Tenant", "profiles", "Tenant");

        migrationBuilder.CreateTable(
            "former_profiles",
            table => new
            {
                Id = table.Column<string>(maxLength: 64, nullable: false),
                Name = table.Column<string>(maxLength: 64, nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_former_profiles", row => row.Id));
        migrationBuilder.CreateIndex("IX_former_profiles_Name", "former_profiles", "Name");

        migrationBuilder.CreateTable(
            "host_keys",
            table => new
            {
                Name = table.Column<string>(maxLength: 64, nullable: false),
                Payload = table.Column<byte[]>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_host_keys", row => row.Name));

        migrationBuilder.CreateTable(
            "store_state",
            table => new
            {
                Id = table.Column<int>(nullable: false),
                Change = table.Column<string>(maxLength: 32, nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_store_state", row => row.Id));

        // As a statement: InsertData would ask for the columns' types. The quotes are of the standard.
        migrationBuilder.Sql("INSERT INTO store_state (\"Id\", \"Change\") VALUES (1, 'new');");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("store_state");
        migrationBuilder.DropTable("host_keys");
        migrationBuilder.DropTable("former_profiles");
        migrationBuilder.DropTable("profiles");
    }
}
