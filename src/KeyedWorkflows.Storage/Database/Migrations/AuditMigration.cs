using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace KeyedWorkflows.Storage.Migrations;

/// <summary>The audit lies beside what it tells of, so that one transaction writes both.</summary>
[DbContext(typeof(StorageContext))]
[Migration("20261219000000_Audit")]
internal sealed class AuditMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "audit_entries",
            table => new
            {
                Number = table.Column<long>(nullable: false),
                At = table.Column<long>(nullable: false),
                ActorId = table.Column<string>(maxLength: 128, nullable: true),
                ActorName = table.Column<string>(maxLength: 128, nullable: false),
                SubjectId = table.Column<string>(maxLength: 128, nullable: true),
                Content = table.Column<byte[]>(nullable: false),
                Mac = table.Column<byte[]>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_audit_entries", row => row.Number));
        migrationBuilder.CreateIndex("IX_audit_entries_At", "audit_entries", "At");
        migrationBuilder.CreateIndex("IX_audit_entries_SubjectId", "audit_entries", "SubjectId");

        migrationBuilder.CreateTable(
            "audit_tenants",
            table => new
            {
                Number = table.Column<long>(nullable: false),
                Tenant = table.Column<string>(maxLength: 64, nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_audit_tenants", row => new { row.Number, row.Tenant }));
        migrationBuilder.CreateIndex("IX_audit_tenants_Tenant_Number", "audit_tenants", ["Tenant", "Number"]);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("audit_tenants");
        migrationBuilder.DropTable("audit_entries");
    }
}
