namespace KeyedWorkflows;

/// <summary>
/// The one exception of a run, over every transport. It says what happened, where and under which profile; it carries neither a key nor the provider's own exception.
/// The caller's cancellation is an <see cref="OperationCanceledException"/> with the caller's token instead.
/// </summary>
public sealed class WorkflowRunException : Exception
{
    /// <summary>Describes a failed run.</summary>
    /// <param name="code">One of <see cref="WorkflowErrorCodes"/>.</param>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">The author's own exception, where a step's code threw; never a provider's.</param>
    public WorkflowRunException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>One of <see cref="WorkflowErrorCodes"/>.</summary>
    public string Code { get; }

    /// <summary>The run; null where it was refused before it had an id.</summary>
    public string? RunId { get; init; }

    /// <summary>The workflow's name.</summary>
    public string? Workflow { get; init; }

    /// <summary>The step that failed; null where the run was refused before its first step.</summary>
    public string? Step { get; init; }

    /// <summary>The attempt of the step, from 1; 0 where no step had started.</summary>
    public int Attempt { get; init; }

    /// <summary>The slot concerned.</summary>
    public string? Slot { get; init; }

    /// <summary>The name of the profile concerned; null for a key given for the run, and for a name that was refused.</summary>
    public string? Profile { get; init; }

    /// <summary>The provider's HTTP status, where it answered with one.</summary>
    public int? StatusCode { get; init; }

    /// <summary>How long the provider asks to wait, where it says so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The provider's id of the request, for its support.</summary>
    public string? ProviderRequestId { get; init; }

    /// <summary>Who was not to pay: for the records of the host. Callers are not told.</summary>
    internal RefusedPayer? RefusedPayer { get; init; }

    /// <summary>Whether it is a stream of a sub-workflow's that broke after its first piece: the parent's own attempts may repeat it.</summary>
    internal bool IsOfOpenStream { get; init; }

    /// <summary>Whether the caller's token was revoked before the run had begun.</summary>
    internal bool IsOfCaller { get; init; }
}
