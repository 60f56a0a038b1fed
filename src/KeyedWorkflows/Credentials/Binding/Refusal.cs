namespace KeyedWorkflows;

/// <summary>Why a run is refused its credentials: thrown by a run, told by an explanation. It names a profile only where the caller may know of it.</summary>
internal sealed record Refusal(string Code, string Message)
{
    public string? Slot { get; init; }

    public string? Profile { get; init; }

    /// <summary>The rule whose choice was refused; null where none chose.</summary>
    public CredentialSource? Source { get; init; }

    /// <summary>Who was not to pay, whether or not the caller may know of it.</summary>
    public RefusedPayer? Payer { get; init; }

    public WorkflowRunException ToException() => new(Code, Message) { Slot = Slot, Profile = Profile, RefusedPayer = Payer };
}
