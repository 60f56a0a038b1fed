namespace KeyedWorkflows;

/// <summary>
/// The one policy of retries and time for all model calls. Set it with <c>services.Configure&lt;ModelCallPolicyOptions&gt;(…)</c>; it is read when the host starts.
/// Provider clients retry nothing of their own, so that what is set here is what happens.
/// </summary>
public sealed class ModelCallPolicyOptions
{
    /// <summary>How often a call is tried again after a fault that may pass: 429, 5xx, a broken connection. Each try counts against the step's <c>MaxCalls</c>. 0 to 10; default 3.</summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>The wait before the first retry; it doubles with each, with jitter. Default: half a second.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The longest wait before a retry. A provider that asks for more than this (<c>Retry-After</c>) is not asked again: the call fails at once, and the error says how long the
    /// provider asked to wait. Default: 30 seconds.
    /// </summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long one try may take: to the whole answer, or, for a stream, to its first piece and then from each piece to the next. Past it the call fails with <see cref="WorkflowErrorCodes.ProviderTimedOut"/>
    /// and is not tried again here, since the provider may be paid for it; a step's <c>Attempts</c> repeat it. Default: 5 minutes, since reasoning models think long.
    /// </summary>
    public TimeSpan TryTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Says which setting cannot be used.</summary>
    /// <exception cref="InvalidOperationException">A setting is out of its range.</exception>
    internal void Check()
    {
        if (MaxRetries is < 0 or > 10)
            throw Refused(nameof(MaxRetries), "0 to 10");
        if (FirstDelay < TimeSpan.Zero || FirstDelay > MaxDelay)
            throw Refused(nameof(FirstDelay), "not negative, and at most MaxDelay");
        if (MaxDelay < TimeSpan.Zero || MaxDelay > TimeSpan.FromHours(1))
            throw Refused(nameof(MaxDelay), "not negative, and at most an hour");
        if (TryTimeout <= TimeSpan.Zero || TryTimeout > TimeSpan.FromHours(1))
            throw Refused(nameof(TryTimeout), "more than nothing, and at most an hour");
    }

    private static InvalidOperationException Refused(string name, string range) => new($"ModelCallPolicyOptions.{name} must be {range}.");
}
