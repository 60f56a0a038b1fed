using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace KeyedWorkflows.Storage.Migrations;

/// <summary>Writes are counted, so that a host sees when the database goes back. There is no way down: to take a column away, EF Core would build the table of SQLite anew from a model that it is not given.</summary>
[DbContext(typeof(StorageContext))]
[Migration("20261128000000_ChangeNumbers")]
internal sealed class ChangeNumbersMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.AddColumn<long>("Number", "store_state", nullable: false, defaultValue: 0L);
}
