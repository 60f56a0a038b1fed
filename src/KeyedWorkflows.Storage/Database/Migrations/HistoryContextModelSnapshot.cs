using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace KeyedWorkflows.Storage.Migrations;

/// <summary>The model of runs as the migrations make it. A test compares it with the model in use.</summary>
[DbContext(typeof(HistoryContext))]
internal sealed class HistoryContextModelSnapshot : ModelSnapshot
{
    protected override void BuildModel(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity("KeyedWorkflows.Storage.RunRow", run =>
        {
            run.Property<long>("Number").ValueGeneratedNever();
            run.Property<string>("Id").IsRequired().HasMaxLength(64);
            run.Property<string>("Workflow").IsRequired().HasMaxLength(64);
            run.Property<string>("Version").HasMaxLength(128);
            run.Property<string>("Fingerprint").IsRequired().HasMaxLength(128);
            run.Property<string>("TokenId").IsRequired().HasMaxLength(64);
            run.Property<string>("Tenant").HasMaxLength(64);
            run.Property<string>("EndUser").HasMaxLength(256);
            run.Property<string>("Node").IsRequired().HasMaxLength(64);
            run.Property<string>("Status").IsRequired().HasMaxLength(32);
            run.Property<int>("Capture");
            run.Property<bool>("StopRequested");
            run.Property<byte[]>("Inputs");
            run.Property<byte[]>("Outputs");
            run.Property<byte[]>("Bindings").IsRequired();
            run.Property<byte[]>("Labels");
            run.Property<string>("ErrorCode").HasMaxLength(64);
            run.Property<string>("Error").HasMaxLength(4096);
            run.Property<string>("CallbackUrl").HasMaxLength(2048);
            run.Property<int>("TotalSteps");
            run.Property<int>("Calls");
            run.Property<long>("InputTokens");
            run.Property<long>("OutputTokens");
            run.Property<long>("CachedInputTokens");
            run.Property<long>("ReasoningTokens");
            run.Property<int>("Exceptions");
            run.Property<long>("CreatedAt");
            run.Property<long?>("FinishedAt");
            run.Property<long?>("Duration");
            run.HasKey("Number");
            run.HasIndex("Id").IsUnique();
            run.HasIndex("TokenId", "CreatedAt");
            run.HasIndex("FinishedAt");
            run.HasIndex("Node").HasFilter("\"Status\" = 'running'");
            run.ToTable("runs");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.RunStepRow", step =>
        {
            step.Property<long>("Run");
            step.Property<int>("Number");
            step.Property<string>("Step").IsRequired().HasMaxLength(512);
            step.Property<int?>("Element");
            step.Property<int>("Attempt");
            step.Property<string>("Status").IsRequired().HasMaxLength(32);
            step.Property<byte[]>("Output");
            step.Property<string>("ErrorCode").HasMaxLength(64);
            step.Property<string>("Error").HasMaxLength(4096);
            step.Property<int>("Calls");
            step.Property<long>("InputTokens");
            step.Property<long>("OutputTokens");
            step.Property<long>("CachedInputTokens");
            step.Property<long>("ReasoningTokens");
            step.Property<long>("StartedAt");
            step.Property<long>("Duration");
            step.HasKey("Run", "Number");
            step.ToTable("run_steps");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.RunCallRow", call =>
        {
            call.Property<long>("Run");
            call.Property<int>("Number");
            call.Property<string>("Step").IsRequired().HasMaxLength(512);
            call.Property<int?>("Element");
            call.Property<int>("Attempt");
            call.Property<string>("Slot").IsRequired().HasMaxLength(64);
            call.Property<string>("ProfileId").HasMaxLength(64);
            call.Property<string>("Provider").IsRequired().HasMaxLength(64);
            call.Property<string>("ModelAsked").HasMaxLength(256);
            call.Property<string>("ModelAnswered").HasMaxLength(256);
            call.Property<long>("InputTokens");
            call.Property<long>("OutputTokens");
            call.Property<long>("CachedInputTokens");
            call.Property<long>("ReasoningTokens");
            call.Property<string>("FinishReason").HasMaxLength(64);
            call.Property<string>("ProviderRequestId").HasMaxLength(256);
            call.Property<string>("ErrorCode").HasMaxLength(64);
            call.Property<string>("PromptHash").HasMaxLength(64);
            call.Property<byte[]>("Messages");
            call.Property<byte[]>("Answer");
            call.Property<string>("RunId").IsRequired().HasMaxLength(64);
            call.Property<string>("Workflow").IsRequired().HasMaxLength(64);
            call.Property<string>("Tenant").HasMaxLength(64);
            call.Property<string>("ProfileName").HasMaxLength(64);
            call.Property<string>("TokenId").IsRequired().HasMaxLength(64);
            call.Property<string>("EndUser").HasMaxLength(256);
            call.Property<bool>("Estimated");
            call.Property<long>("Price");
            call.Property<string>("Currency").HasMaxLength(3);
            call.Property<long>("StartedAt");
            call.Property<long>("FinishedAt");
            call.Property<long>("Duration");
            call.HasKey("Run", "Number");
            call.HasIndex("FinishedAt");
            call.HasIndex("ProfileId", "FinishedAt");
            call.HasIndex("TokenId", "FinishedAt");
            call.ToTable("run_calls");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.RunFramesRow", frames =>
        {
            frames.Property<long>("Run");
            frames.Property<int>("First");
            frames.Property<int>("Count");
            frames.Property<byte[]>("Content").IsRequired();
            frames.HasKey("Run", "First");
            frames.ToTable("run_frames");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.RunNumbersRow", numbers =>
        {
            numbers.Property<int>("Id").ValueGeneratedNever();
            numbers.Property<long>("Next");
            numbers.HasKey("Id");
            numbers.ToTable("run_numbers");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.IdempotencyKeyRow", key =>
        {
            key.Property<string>("Id").HasMaxLength(64);
            key.Property<string>("Request").IsRequired().HasMaxLength(64);
            key.Property<string>("RunId").IsRequired().HasMaxLength(64);
            key.Property<long>("ExpiresAt");
            key.Property<long?>("HeldUntil");
            key.HasKey("Id");
            key.HasIndex("RunId");
            key.HasIndex("ExpiresAt");
            key.ToTable("idempotency_keys");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.UploadRow", upload =>
        {
            upload.Property<string>("Id").HasMaxLength(64);
            upload.Property<string>("TokenId").IsRequired().HasMaxLength(64);
            upload.Property<string>("EndUser").IsRequired().HasMaxLength(256);
            upload.Property<string>("Name").IsRequired().HasMaxLength(512);
            upload.Property<string>("MediaType").IsRequired().HasMaxLength(256);
            upload.Property<string>("Extension").IsRequired().HasMaxLength(64);
            upload.Property<long>("Size");
            upload.Property<long>("CreatedAt");
            upload.HasKey("Id");
            upload.HasIndex("TokenId");
            upload.HasIndex("CreatedAt");
            upload.ToTable("uploads");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.UploadContentRow", content =>
        {
            content.Property<string>("Id").HasMaxLength(64);
            content.Property<byte[]>("Content").IsRequired();
            content.HasKey("Id");
            content.ToTable("upload_contents");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.CallbackRow", callback =>
        {
            callback.Property<string>("Id").HasMaxLength(64);
            callback.Property<string>("RunId").IsRequired().HasMaxLength(64);
            callback.Property<string>("TokenId").IsRequired().HasMaxLength(64);
            callback.Property<string>("Url").IsRequired().HasMaxLength(2048);
            callback.Property<byte[]>("Body").IsRequired();
            callback.Property<int>("Attempts");
            callback.Property<string>("State").IsRequired().HasMaxLength(32);
            callback.Property<long>("DueAt");
            callback.HasKey("Id");
            callback.HasIndex("RunId").IsUnique();
            callback.HasIndex("State", "DueAt");
            callback.ToTable("callbacks");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.BudgetAccountRow", account =>
        {
            account.Property<string>("Kind").HasMaxLength(32);
            account.Property<string>("Subject").HasMaxLength(64);
            account.Property<string>("Period").HasMaxLength(32);
            account.Property<long>("Start");
            account.Property<string>("Currency").HasMaxLength(3);
            account.Property<long>("Tokens");
            account.Property<long>("Money");
            account.Property<string>("Mark").HasMaxLength(64);
            account.Property<int>("Told");
            account.Property<string>("ToldOf").HasMaxLength(64);
            account.HasKey("Kind", "Subject", "Period", "Start", "Currency");
            account.HasIndex("Start");
            account.ToTable("budget_accounts");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.BookedJournalRow", journal =>
        {
            journal.Property<string>("Name").HasMaxLength(256);
            journal.Property<long?>("SeenAt");
            journal.HasKey("Name");
            journal.ToTable("booked_journals");
        });
    }
}
