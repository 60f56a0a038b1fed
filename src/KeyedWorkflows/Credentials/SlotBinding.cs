namespace KeyedWorkflows;

/// <summary>What one slot of a run was bound to, and why. Fixed for the whole run; it holds no key that can be read.</summary>
public sealed class SlotBinding
{
    internal SlotBinding(string slot, CredentialSource source, StoredProfile? profile, InlineCredential? inline)
    {
        Slot = slot;
        Source = source;
        Profile = profile;
        Inline = inline;
    }

    /// <summary>The slot's name.</summary>
    public string Slot { get; }

    /// <summary>Which rule chose it.</summary>
    public CredentialSource Source { get; }

    /// <summary>The profile's name; null for a key given for this run.</summary>
    public string? ProfileName => Profile?.Name;

    /// <summary>The profile's id; null for a key given for this run.</summary>
    public string? ProfileId => Profile?.Id;

    /// <summary>The profile's tenant; null for an operator's profile and for a key given for this run.</summary>
    public string? Tenant => Profile?.Tenant;

    /// <summary>The provider's family.</summary>
    public string Provider => Profile?.Provider ?? Inline!.Provider;

    /// <summary>The profile as it was when the run was bound: later calls take its present revision from the store.</summary>
    internal StoredProfile? Profile { get; }

    /// <summary>The key given for this run.</summary>
    internal InlineCredential? Inline { get; }

    /// <summary>The slot, the profile and the rule that chose it.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => $"{Slot} = {ProfileName ?? "key given for this run"} ({Source})";
}
