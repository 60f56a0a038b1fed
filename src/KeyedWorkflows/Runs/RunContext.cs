namespace KeyedWorkflows;

/// <summary>What a step, tool or chooser may know of its run: no secret. Safe to use from several threads. <c>KeyedWorkflows.Testing</c> has one for unit tests.</summary>
public abstract class RunContext
{
    private protected RunContext()
    {
    }

    /// <summary>The run's id: 44 lower-case hexadecimal digits, of which 12 are the time at which it was made, and 32 are 128 random bits. Never a permission.</summary>
    public abstract string RunId { get; }

    /// <summary>The workflow's name.</summary>
    public abstract string Workflow { get; }

    /// <summary>The tenant that the run serves; null where only operators' profiles or keys given for the run pay, and before the credential is chosen. Steps and tools take the tenant from here, never from input.</summary>
    public abstract string? Tenant { get; }

    /// <summary>The name of the profile of the first slot; null for a key given for the run, and before the credential is chosen.</summary>
    public abstract string? ProfileName { get; }

    /// <summary>The caller's own user.</summary>
    public abstract string? EndUser { get; }

    /// <summary>The caller's labels.</summary>
    public abstract IReadOnlyDictionary<string, string> Labels { get; }

    /// <summary>When the run must have ended; null where it has no limit of time.</summary>
    public abstract DateTimeOffset? Deadline { get; }

    /// <summary>The name of the profile of a slot.</summary>
    /// <param name="slot">The slot's name.</param>
    /// <returns>The name; null for a key given for the run.</returns>
    /// <exception cref="ArgumentException">The workflow declares no such slot.</exception>
    public abstract string? ProfileNameOf(string slot);
}
