using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace KeyedWorkflows.Storage.Migrations;

/// <summary>Runs, files that callers sent, idempotency keys and callbacks, in the first version. Both databases know an index of some rows, and the filter is of the standard.</summary>
[DbContext(typeof(HistoryContext))]
[Migration("20261205000000_Runs")]
internal sealed class RunsMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "runs",
            table => new
            {
                Number = table.Column<long>(nullable: false),
                Id = table.Column<string>(maxLength: 64, nullable: false),
                Workflow = table.Column<string>(maxLength: 64, nullable: false),
                Version = table.Column<string>(maxLength: 128, nullable: true),
                Fingerprint = table.Column<string>(maxLength: 128, nullable: false),
                TokenId = table.Column<string>(maxLength: 64, nullable: false),
                Tenant = table.Column<string>(maxLength: 64, nullable: true),
                EndUser = table.Column<string>(maxLength: 256, nullable: true),
                Node = table.Column<string>(maxLength: 64, nullable: false),
                Status = table.Column<string>(maxLength: 32, nullable: false),
                Capture = table.Column<int>(nullable: false),
                StopRequested = table.Column<bool>(nullable: false),
                Inputs = table.Column<byte[]>(nullable: true),
                Outputs = table.Column<byte[]>(nullable: true),
                Bindings = table.Column<byte[]>(nullable: false),
                Labels = table.Column<byte[]>(nullable: true),
                ErrorCode = table.Column<string>(maxLength: 64, nullable: true),
                Error = table.Column<string>(maxLength: 4096, nullable: true),
                CallbackUrl = table.Column<string>(maxLength: 2048, nullable: true),
                TotalSteps = table.Column<int>(nullable: false),
                Calls = table.Column<int>(nullable: false),
                InputTokens = table.Column<long>(nullable: false),
                OutputTokens = table.Column<long>(nullable: false),
                CachedInputTokens = table.Column<long>(nullable: false),
                ReasoningTokens = table.Column<long>(nullable: false),
                Exceptions = table.Column<int>(nullable: false),
                CreatedAt = table.Column<long>(nullable: false),
                FinishedAt = table.Column<long>(nullable: true),
                Duration = table.Column<long>(nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_runs", row => row.Number));
        migrationBuilder.CreateIndex("IX_runs_Id", "runs", "Id", unique: true);
        migrationBuilder.CreateIndex("IX_runs_TokenId_CreatedAt", "runs", ["TokenId", "CreatedAt"]);
        migrationBuilder.CreateIndex("IX_runs_FinishedAt", "runs", "FinishedAt");
        migrationBuilder.CreateIndex("IX_runs_Node", "runs", "Node", filter: "\"Status\" = 'running'");

        migrationBuilder.CreateTable(
            "run_steps",
            table => new
            {
                Run = table.Column<long>(nullable: false),
                Number = table.Column<int>(nullable: false),
                Step = table.Column<string>(maxLength: 512, nullable: false),
                Element = table.Column<int>(nullable: true),
                Attempt = table.Column<int>(nullable: false),
                Status = table.Column<string>(maxLength: 32, nullable: false),
                Output = table.Column<byte[]>(nullable: true),
                ErrorCode = table.Column<string>(maxLength: 64, nullable: true),
                Error = table.Column<string>(maxLength: 4096, nullable: true),
                Calls = table.Column<int>(nullable: false),
                InputTokens = table.Column<long>(nullable: false),
                OutputTokens = table.Column<long>(nullable: false),
                CachedInputTokens = table.Column<long>(nullable: false),
                ReasoningTokens = table.Column<long>(nullable: false),
                StartedAt = table.Column<long>(nullable: false),
                Duration = table.Column<long>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_run_steps", row => new { row.Run, row.Number }));

        migrationBuilder.CreateTable(
            "run_calls",
            table => new
            {
                Run = table.Column<long>(nullable: false),
                Number = table.Column<int>(nullable: false),
                Step = table.Column<string>(maxLength: 512, nullable: false),
                Element = table.Column<int>(nullable: true),
                Attempt = table.Column<int>(nullable: false),
                Slot = table.Column<string>(maxLength: 64, nullable: false),
                ProfileId = table.Column<string>(maxLength: 64, nullable: true),
                Provider = table.Column<string>(maxLength: 64, nullable: false),
                ModelAsked = table.Column<string>(maxLength: 256, nullable: true),
                ModelAnswered = table.Column<string>(maxLength: 256, nullable: true),
                InputTokens = table.Column<long>(nullable: false),
                OutputTokens = table.Column<long>(nullable: false),
                CachedInputTokens = table.Column<long>(nullable: false),
                ReasoningTokens = table.Column<long>(nullable: false),
                FinishReason = table.Column<string>(maxLength: 64, nullable: true),
                ProviderRequestId = table.Column<string>(maxLength: 256, nullable: true),
                ErrorCode = table.Column<string>(maxLength: 64, nullable: true),
                PromptHash = table.Column<string>(maxLength: 64, nullable: true),
                Messages = table.Column<byte[]>(nullable: true),
                Answer = table.Column<byte[]>(nullable: true),
                StartedAt = table.Column<long>(nullable: false),
                Duration = table.Column<long>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_run_calls", row => new { row.Run, row.Number }));

        migrationBuilder.CreateTable(
            "run_frames",
            table => new
            {
                Run = table.Column<long>(nullable: false),
                First = table.Column<int>(nullable: false),
                Count = table.Column<int>(nullable: false),
                Content = table.Column<byte[]>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_run_frames", row => new { row.Run, row.First }));

        migrationBuilder.CreateTable(
            "run_numbers",
            table => new
            {
                Id = table.Column<int>(nullable: false),
                Next = table.Column<long>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_run_numbers", row => row.Id));

        // As a statement: InsertData would ask for the columns' types. The quotes are of the standard.
        migrationBuilder.Sql("INSERT INTO run_numbers (\"Id\", \"Next\") VALUES (1, 1);");

        migrationBuilder.CreateTable(
            "idempotency_keys",
            table => new
            {
                Id = table.Column<string>(maxLength: 64, nullable: false),
                Request = table.Column<string>(maxLength: 64, nullable: false),
                RunId = table.Column<string>(maxLength: 64, nullable: false),
                ExpiresAt = table.Column<long>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_idempotency_keys", row => row.Id));
        migrationBuilder.CreateIndex("IX_idempotency_keys_RunId", "idempotency_keys", "RunId");
        migrationBuilder.CreateIndex("IX_idempotency_keys_ExpiresAt", "idempotency_keys", "ExpiresAt");

        migrationBuilder.CreateTable(
            "uploads",
            table => new
            {
                Id = table.Column<string>(maxLength: 64, nullable: false),
                TokenId = table.Column<string>(maxLength: 64, nullable: false),
                EndUser = table.Column<string>(maxLength: 256, nullable: false),
                Name = table.Column<string>(maxLength: 512, nullable: false),
                MediaType = table.Column<string>(maxLength: 256, nullable: false),
                Extension = table.Column<string>(maxLength: 64, nullable: false),
                Size = table.Column<long>(nullable: false),
                CreatedAt = table.Column<long>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_uploads", row => row.Id));
        migrationBuilder.CreateIndex("IX_uploads_TokenId", "uploads", "TokenId");
        migrationBuilder.CreateIndex("IX_uploads_CreatedAt", "uploads", "CreatedAt");

        migrationBuilder.CreateTable(
            "upload_contents",
            table => new
            {
                Id = table.Column<string>(maxLength: 64, nullable: false),
                Content = table.Column<byte[]>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_upload_contents", row => row.Id));

        migrationBuilder.CreateTable(
            "callbacks",
            table => new
            {
                Id = table.Column<string>(maxLength: 64, nullable: false),
                RunId = table.Column<string>(maxLength: 64, nullable: false),
                TokenId = table.Column<string>(maxLength: 64, nullable: false),
                Url = table.Column<string>(maxLength: 2048, nullable: false),
                Body = table.Column<byte[]>(nullable: false),
                Attempts = table.Column<int>(nullable: false),
                State = table.Column<string>(maxLength: 32, nullable: false),
                DueAt = table.Column<long>(nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_callbacks", row => row.Id));
        migrationBuilder.CreateIndex("IX_callbacks_RunId", "callbacks", "RunId", unique: true);
        migrationBuilder.CreateIndex("IX_callbacks_State_DueAt", "callbacks", ["State", "DueAt"]);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("callbacks");
        migrationBuilder.DropTable("upload_contents");
        migrationBuilder.DropTable("uploads");
        migrationBuilder.DropTable("idempotency_keys");
        migrationBuilder.DropTable("run_numbers");
        migrationBuilder.DropTable("run_frames");
        migrationBuilder.DropTable("run_calls");
        migrationBuilder.DropTable("run_steps");
        migrationBuilder.DropTable("runs");
    }
}
