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

    internal void Check()
    {
        if (MaxBodyBytes < 1 || MaxFileBytes < 1 || UploadQuotaBytes < 1 || MaxConcurrentRuns < 1)
            throw new InvalidOperationException($"{nameof(WorkflowServerOptions)}: {nameof(MaxBodyBytes)}, {nameof(MaxFileBytes)}, {nameof(UploadQuotaBytes)} and {nameof(MaxConcurrentRuns)} must be at least 1.");
        if (ShutdownGrace < TimeSpan.Zero || PingInterval <= TimeSpan.Zero)
            throw new InvalidOperationException($"{nameof(WorkflowServerOptions)}: {nameof(ShutdownGrace)} must not be negative, and {nameof(PingInterval)} must be more than no time.");
        if (!Enum.IsDefined(Capture))
            throw new InvalidOperationException($"{nameof(WorkflowServerOptions)}: {nameof(Capture)} is none of the levels.");
    }
}
