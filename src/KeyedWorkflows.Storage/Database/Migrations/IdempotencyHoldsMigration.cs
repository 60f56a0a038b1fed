using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace KeyedWorkflows.Storage.Migrations;

/// <summary>Idempotency keys say how long they are held before their run begins. There is no way down, as from <see cref="UsageMigration"/>.</summary>
[DbContext(typeof(HistoryContext))]
[Migration("20270103000000_IdempotencyHolds")]
internal sealed class IdempotencyHoldsMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.AddColumn<long>("HeldUntil", "idempotency_keys", nullable: true);
}
