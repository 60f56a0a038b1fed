using System.Collections.Frozen;

namespace KeyedWorkflows;

/// <summary>What a call may set for its run, besides input and credential. Ceilings hold beside those of the workflow: the lower one counts.</summary>
public sealed record RunOptions
{
    internal static RunOptions None { get; } = new();

    /// <summary>The tenant that the run serves. Where a profile of another tenant would pay, the run is refused. Left out: the tenant of the profile that pays.</summary>
    public string? Tenant { get; init; }

    /// <summary>The caller's own user, for records and filters. Not a boundary.</summary>
    public string? EndUser { get; init; }

    /// <summary>Labels for records, and for prompts by <c>{{run.Labels.name}}</c>.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>How long the run may take.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>How many tokens, in and out together, the run's model calls may use.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>How many model calls the run may make.</summary>
    public int? MaxCalls { get; init; }
}
