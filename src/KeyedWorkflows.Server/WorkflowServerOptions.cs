namespace KeyedWorkflows;

/// <summary>How the server takes requests. Read once, when the host starts.</summary>
public sealed class WorkflowServerOptions
{
    /// <summary>The longest body of a request that is no upload, in bytes.</summary>
    public int MaxBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>The longest file, uploaded or fetched, in bytes.</summary>
    public int MaxFileBytes { get; set; } = 15 * 1024 * 1024;

    /// <summary>How many bytes the uploads of one token may take together, until they are removed by age.</summary>
    public long UploadQuotaBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>How many runs may go on at once in this process. Past it a trigger is answered with 429.</summary>
    public int MaxConcurrentRuns { get; set; } = 10_000;

    /// <summary>How much of each run is recorded.</summary>
    public CaptureLevel Capture { get; set; } = CaptureLevel.Metadata;

    /// <summary>
    /// Takes tokens and keys over plain http from other machines too. Only behind a proxy that ends TLS, on a network that nobody else reads. On loopback plain http is always taken.
    /// </summary>
    public bool AllowPlainHttp { get; set; }

    /// <summary>How long runs may go on after the host was told to stop. What is not done then is marked <c>host_stopped</c>.</summary>
    public TimeSpan ShutdownGrace { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How often a stream without events says that it is alive.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Where the host tells that 50, 80 and 100 % of a budget are used: once for each part and period, by POST, signed as callbacks of runs are, again until it is answered with 2xx, for about a day. https, or http on loopback. Null: only
    /// the log says so.
    /// </summary>
    public Uri? BudgetWebhook { get; set; }

    /// <summary>What signs it: <c>whsec_</c> and at least 24 bytes as base64. Required with <see cref="BudgetWebhook"/>.</summary>
    public Secret? BudgetWebhookSecret { get; set; }

    /// <summary>The key of <see cref="BudgetWebhookSecret"/>; null where there is none, or it is malformed.</summary>
    internal byte[]? BudgetWebhookKey
    {
        get
        {
            const string Prefix = "whsec_";
            const int Shortest = 24;
            var key = new byte[256];
            return BudgetWebhookSecret?.Reveal() is { } text && text.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Prefix.Length..], key, out var length) && length >= Shortest ? key[..length] : null;
        }
    }

    internal void Check()
    {
        if (BudgetWebhook is not null && (!BudgetWebhook.IsAbsoluteUri || (BudgetWebhook.Scheme != Uri.UriSchemeHttps && !(BudgetWebhook.Scheme == Uri.UriSchemeHttp && BudgetWebhook.IsLoopback)) || BudgetWebhook.UserInfo.Length > 0))
            throw new InvalidOperationException($"{nameof(WorkflowServerOptions)}: {nameof(BudgetWebhook)} must be an https address without user name, or http on loopback.");
        if (BudgetWebhook is not null && BudgetWebhookKey is null)
            throw new InvalidOperationException($"{nameof(WorkflowServerOptions)}: {nameof(BudgetWebhook)} needs {nameof(BudgetWebhookSecret)}: whsec_ and 24 to 256 bytes as base64, such as \"whsec_$(openssl rand -base64 32)\".");
        if (MaxBodyBytes < 1 || MaxFileBytes < 1 || UploadQuotaBytes < 1 || MaxConcurrentRuns < 1)
            throw new InvalidOperationException($"{nameof(WorkflowServerOptions)}: {nameof(MaxBodyBytes)}, {nameof(MaxFileBytes)}, {nameof(UploadQuotaBytes)} and {nameof(MaxConcurrentRuns)} must be at least 1.");
        if (ShutdownGrace < TimeSpan.Zero || PingInterval <= TimeSpan.Zero)
            throw new InvalidOperationException($"{nameof(WorkflowServerOptions)}: {nameof(ShutdownGrace)} must not be negative, and {nameof(PingInterval)} must be more than no time.");
        if (!Enum.IsDefined(Capture))
            throw new InvalidOperationException($"{nameof(WorkflowServerOptions)}: {nameof(Capture)} is none of the levels.");
    }
}
