namespace KeyedWorkflows;

/// <summary>
/// A model call that failed: what the provider answered or the network did, in words of ours. It carries neither a key nor the provider's exception.
/// The runtime turns it into a <see cref="WorkflowRunException"/> that adds run, step, slot and profile.
/// </summary>
public sealed class ModelCallException : Exception
{
    /// <summary>Describes a failed call.</summary>
    /// <param name="code">One of <see cref="WorkflowErrorCodes"/>.</param>
    /// <param name="message">What happened, without anything that the provider echoed.</param>
    public ModelCallException(string code, string message)
        : base(message) => Code = code;

    /// <summary>One of <see cref="WorkflowErrorCodes"/>.</summary>
    public string Code { get; }

    /// <summary>Whether another try of the same call may succeed: 429, 5xx, a connection that broke.</summary>
    public bool IsTransient { get; init; }

    /// <summary>The provider's HTTP status, where it answered with one.</summary>
    public int? StatusCode { get; init; }

    /// <summary>How long the provider asks to wait, where it says so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The provider's id of the request, for its support.</summary>
    public string? ProviderRequestId { get; init; }

    /// <summary>Whether nothing was sent: the provider could not be reached, or the request was refused before. What was sent and not answered counts against limits as all that it could have used.</summary>
    public bool IsUnsent { get; init; }

    /// <summary>Who was to pay for the call: set by the bound client, so that the run's error names slot and profile.</summary>
    internal SlotBinding? Binding { get; set; }

    /// <summary>Whether no request was made: an earlier one was told to come later.</summary>
    internal bool IsOfCooldown { get; init; }

    /// <summary>Whether a stream broke after its first piece: the policy has handed it on by then, so that only the step's own attempts can repeat it.</summary>
    internal bool IsOfOpenStream { get; set; }

    /// <summary>Whether the caller's token was revoked.</summary>
    internal bool IsOfCaller { get; init; }
}
