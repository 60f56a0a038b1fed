namespace KeyedWorkflows.Testing;

/// <summary>Who pays for runs of a proof: a profile, with a new key at each rotation, or the one key of one run.</summary>
internal sealed class IsolationPayer(string? profileName, int number)
{
    private int _generation;

    /// <summary>Its name in findings: never a key.</summary>
    public string Name { get; } = profileName is null ? $"the key of run {number}" : $"profile '{profileName}'";

    public string? ProfileName => profileName;

    /// <summary>The present key.</summary>
    public Secret Key { get; set; } = null!;

    /// <summary>How often the key was replaced. Raised when the store has the new one.</summary>
    public int Generation
    {
        get => Volatile.Read(ref _generation);
        set => Volatile.Write(ref _generation, value);
    }
}
