namespace KeyedWorkflows;

/// <summary>Which credential a run would use for one slot, and why.</summary>
public sealed record SlotExplanation
{
    /// <summary>The slot's name.</summary>
    public required string Slot { get; init; }

    /// <summary>Which rule chose; null where none did.</summary>
    public CredentialSource? Source { get; init; }

    /// <summary>The profile's name; null for a key given for the run, and where nothing was found.</summary>
    public string? ProfileName { get; init; }

    /// <summary>The provider's family.</summary>
    public string? Provider { get; init; }

    /// <summary>The model that a step of this slot asks for by default, after the profile's own map.</summary>
    public string? Model { get; init; }

    /// <summary>The code of the error with which the slot would be refused; null where it can be bound.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>One sentence: the rule that decided, or why the slot cannot be bound.</summary>
    public required string Reason { get; init; }

    /// <summary>The slot and its reason.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => $"{Slot}: {Reason}";
}
