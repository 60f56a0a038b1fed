using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>
/// The tables of runs, and of what comes with them. On SQLite they lie in a file of their own: the file of profiles then changes only when a profile or token does, which is what the watch over it asks. Nothing in the model is
/// of one database alone.
/// </summary>
internal sealed class HistoryContext(DbContextOptions<HistoryContext> options) : DbContext(options)
{
    public const int CurrencyLength = 3;

    public const int WordLength = 32;

    public const int MarkLength = 64;

    public const int VersionLength = 128;

    public const int TextLength = 256;

    public const int NameLength = 512;

    public const int UrlLength = 2048;

    public const int ErrorLength = 4096;

    public DbSet<RunRow> Runs => Set<RunRow>();

    public DbSet<RunStepRow> Steps => Set<RunStepRow>();

    public DbSet<RunCallRow> Calls => Set<RunCallRow>();

    public DbSet<RunFramesRow> Frames => Set<RunFramesRow>();

    public DbSet<RunNumbersRow> Numbers => Set<RunNumbersRow>();

    public DbSet<IdempotencyKeyRow> IdempotencyKeys => Set<IdempotencyKeyRow>();

    public DbSet<UploadRow> Uploads => Set<UploadRow>();

    public DbSet<UploadContentRow> UploadContents => Set<UploadContentRow>();

    public DbSet<CallbackRow> Callbacks => Set<CallbackRow>();

    public DbSet<BudgetAccountRow> BudgetAccounts => Set<BudgetAccountRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<RunRow>(run =>
        {
            run.ToTable("runs");
            run.HasKey(row => row.Number);
            run.Property(row => row.Number).ValueGeneratedNever();
            run.Property(row => row.Id).IsRequired().HasMaxLength(MarkLength);
            run.Property(row => row.Workflow).HasMaxLength(MarkLength);
            run.Property(row => row.Version).HasMaxLength(VersionLength);
            run.Property(row => row.Fingerprint).HasMaxLength(VersionLength);
            run.Property(row => row.TokenId).HasMaxLength(MarkLength);
            run.Property(row => row.Tenant).HasMaxLength(MarkLength);
            run.Property(row => row.EndUser).HasMaxLength(TextLength);
            run.Property(row => row.Node).HasMaxLength(MarkLength);
            run.Property(row => row.Status).HasMaxLength(WordLength);
            run.Property(row => row.ErrorCode).HasMaxLength(MarkLength);
            run.Property(row => row.Error).HasMaxLength(ErrorLength);
            run.Property(row => row.CallbackUrl).HasMaxLength(UrlLength);
            run.HasIndex(row => row.Id).IsUnique();
            run.HasIndex(row => new { row.TokenId, row.CreatedAt });
            run.HasIndex(row => row.FinishedAt);
            run.HasIndex(row => row.Node).HasFilter("\"Status\" = 'running'");
        });
        modelBuilder.Entity<RunStepRow>(step =>
        {
            step.ToTable("run_steps");
            step.HasKey(row => new { row.Run, row.Number });
            step.Property(row => row.Step).HasMaxLength(NameLength);
            step.Property(row => row.Status).HasMaxLength(WordLength);
            step.Property(row => row.ErrorCode).HasMaxLength(MarkLength);
            step.Property(row => row.Error).HasMaxLength(ErrorLength);
        });
        modelBuilder.Entity<RunCallRow>(call =>
        {
            call.ToTable("run_calls");
            call.HasKey(row => new { row.Run, row.Number });
            call.Property(row => row.Step).HasMaxLength(NameLength);
            call.Property(row => row.Slot).HasMaxLength(MarkLength);
            call.Property(row => row.ProfileId).HasMaxLength(MarkLength);
            call.Property(row => row.Provider).HasMaxLength(MarkLength);
            call.Property(row => row.ModelAsked).HasMaxLength(TextLength);
            call.Property(row => row.ModelAnswered).HasMaxLength(TextLength);
            call.Property(row => row.FinishReason).HasMaxLength(MarkLength);
            call.Property(row => row.ProviderRequestId).HasMaxLength(TextLength);
            call.Property(row => row.ErrorCode).HasMaxLength(MarkLength);
            call.Property(row => row.PromptHash).HasMaxLength(MarkLength);
            call.Property(row => row.RunId).HasMaxLength(MarkLength);
            call.Property(row => row.Workflow).HasMaxLength(MarkLength);
            call.Property(row => row.Tenant).HasMaxLength(MarkLength);
            call.Property(row => row.ProfileName).HasMaxLength(MarkLength);
            call.Property(row => row.TokenId).HasMaxLength(MarkLength);
            call.Property(row => row.EndUser).HasMaxLength(TextLength);
            call.Property(row => row.Currency).HasMaxLength(CurrencyLength);
            call.HasIndex(row => row.FinishedAt);
            call.HasIndex(row => new { row.ProfileId, row.FinishedAt });
            call.HasIndex(row => new { row.TokenId, row.FinishedAt });
        });
        modelBuilder.Entity<RunFramesRow>(frames =>
        {
            frames.ToTable("run_frames");
            frames.HasKey(row => new { row.Run, row.First });
        });
        modelBuilder.Entity<RunNumbersRow>(numbers =>
        {
            numbers.ToTable("run_numbers");
            numbers.HasKey(row => row.Id);
            numbers.Property(row => row.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<IdempotencyKeyRow>(key =>
        {
            key.ToTable("idempotency_keys");
            key.HasKey(row => row.Id);
            key.Property(row => row.Id).HasMaxLength(MarkLength);
            key.Property(row => row.Request).HasMaxLength(MarkLength);
            key.Property(row => row.RunId).HasMaxLength(MarkLength);
            key.HasIndex(row => row.RunId);
            key.HasIndex(row => row.ExpiresAt);
        });
        modelBuilder.Entity<UploadRow>(upload =>
        {
            upload.ToTable("uploads");
            upload.HasKey(row => row.Id);
            upload.Property(row => row.Id).HasMaxLength(MarkLength);
            upload.Property(row => row.TokenId).HasMaxLength(MarkLength);
            upload.Property(row => row.EndUser).HasMaxLength(TextLength);
            upload.Property(row => row.Name).HasMaxLength(NameLength);
            upload.Property(row => row.MediaType).HasMaxLength(TextLength);
            upload.Property(row => row.Extension).HasMaxLength(MarkLength);
            upload.HasIndex(row => row.TokenId);
            upload.HasIndex(row => row.CreatedAt);
        });
        modelBuilder.Entity<UploadContentRow>(content =>
        {
            content.ToTable("upload_contents");
            content.HasKey(row => row.Id);
            content.Property(row => row.Id).HasMaxLength(MarkLength);
        });
        modelBuilder.Entity<CallbackRow>(callback =>
        {
            callback.ToTable("callbacks");
            callback.HasKey(row => row.Id);
            callback.Property(row => row.Id).HasMaxLength(MarkLength);
            callback.Property(row => row.RunId).HasMaxLength(MarkLength);
            callback.Property(row => row.TokenId).HasMaxLength(MarkLength);
            callback.Property(row => row.Url).HasMaxLength(UrlLength);
            callback.Property(row => row.State).HasMaxLength(WordLength);
            callback.HasIndex(row => row.RunId).IsUnique();
            callback.HasIndex(row => new { row.State, row.DueAt });
        });
        modelBuilder.Entity<BudgetAccountRow>(account =>
        {
            account.ToTable("budget_accounts");
            account.HasKey(row => new { row.Kind, row.Subject, row.Period, row.Start, row.Currency });
            account.Property(row => row.Kind).HasMaxLength(WordLength);
            account.Property(row => row.Subject).HasMaxLength(MarkLength);
            account.Property(row => row.Period).HasMaxLength(WordLength);
            account.Property(row => row.Start).ValueGeneratedNever();
            account.HasIndex(row => row.Start);
            account.Property(row => row.Currency).HasMaxLength(CurrencyLength);
            account.Property(row => row.Mark).HasMaxLength(MarkLength);
            account.Property(row => row.ToldOf).HasMaxLength(MarkLength);
        });
        modelBuilder.Entity<BookedJournalRow>(journal =>
        {
            journal.ToTable("booked_journals");
            journal.HasKey(row => row.Name);
            journal.Property(row => row.Name).HasMaxLength(TextLength);
        });
    }
}
