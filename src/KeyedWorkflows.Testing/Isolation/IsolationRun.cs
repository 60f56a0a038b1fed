namespace KeyedWorkflows.Testing;

/// <summary>One run of an isolation proof: what its input is made from.</summary>
public sealed class IsolationRun
{
    internal IsolationRun(int number, string marker, IsolationPayer payer)
    {
        Number = number;
        Marker = marker;
        Payer = payer;
    }

    /// <summary>The run's number, from 0.</summary>
    public int Number { get; }

    /// <summary>A text that only this run has. Put it into the input, where the workflow hands it on to prompts: then another run's request or output that holds it is found.</summary>
    public string Marker { get; }

    /// <summary>The name of the profile that pays for the run, for inputs with <see cref="ProfileNameAttribute"/> and for choosers; null where it is paid by a key of its own.</summary>
    public string? ProfileName => Payer.ProfileName;

    /// <summary>The run's own key, for inputs with <see cref="ApiKeyAttribute"/>; null where a profile pays.</summary>
    public Secret? ApiKey => Payer.ProfileName is null ? Payer.Key : null;

    /// <summary>The tenant that the run serves; null where it is paid by a key of its own.</summary>
    public string? Tenant => Payer.ProfileName;

    internal IsolationPayer Payer { get; }

    /// <summary>The generation of the payer's key when the run started: older keys are not its own any more.</summary>
    internal int FirstGeneration { get; set; }

    /// <summary>How many faults the run may still meet: fewer than its calls are tried again.</summary>
    internal int FaultsLeft;
}
