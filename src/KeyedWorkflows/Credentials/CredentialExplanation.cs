namespace KeyedWorkflows;

/// <summary>Which credential a run would use for each slot, and why: the answer of <c>ExplainAsync</c>. No model is called.</summary>
public sealed record CredentialExplanation
{
    /// <summary>The workflow's name.</summary>
    public required string Workflow { get; init; }

    /// <summary>Whether every slot can be bound, so that a run would start.</summary>
    public required bool CanRun { get; init; }

    /// <summary>The tenant that the run would serve.</summary>
    public string? Tenant { get; init; }

    /// <summary>Each slot's answer.</summary>
    public required IReadOnlyList<SlotExplanation> Slots { get; init; }

    /// <summary>The code of the error with which the run would be refused; null where it would start.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The error with which the run would be refused; null where it would start.</summary>
    public string? Error { get; init; }

    /// <summary>Who was not to pay: for the records of the host. Callers are not told.</summary>
    internal RefusedPayer? RefusedPayer { get; init; }

    /// <summary>Whether the run would start, and each slot's answer: one line each.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() =>
        string.Join(Environment.NewLine, [
            CanRun ? $"{Workflow}: would run" : Slots.Any(slot => slot.Reason == Error) ? $"{Workflow}: would be refused ({ErrorCode})" : $"{Workflow}: would be refused ({ErrorCode}): {Error}",
            .. Slots.Select(static slot => "  " + slot),
        ]);
}
