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

    /// <summary>How long the run may take: more than no time.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>How many tokens, in and out together, the run's model calls may use, as their providers report it: not negative. A provider that reports nothing (<see cref="RunUsage"/>) is not held by it; <see cref="MaxCalls"/> is.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>How many model calls the run may make: not negative.</summary>
    public int? MaxCalls { get; init; }

    /// <summary>
    /// How long the run may wait for its turn where a limit of its payer or caller is reached (<see cref="UsageLimits"/>, <see cref="StoredProfile.ConcurrentRuns"/>), all of its waits together: not negative, and a day at most. A limit that would take longer refuses
    /// the call at once. Null: it does not wait.
    /// </summary>
    public TimeSpan? MaxWait { get; init; }

    /// <summary>What is wrong with the ceilings; null where nothing is.</summary>
    internal string? FirstFault =>
        ReferenceEquals(this, None) ? null
        : MaxDuration <= TimeSpan.Zero ? "RunOptions.MaxDuration must be more than no time."
        : MaxTokens < 0 ? "RunOptions.MaxTokens is negative."
        : MaxCalls < 0 ? "RunOptions.MaxCalls is negative."
        : MaxWait < TimeSpan.Zero ? "RunOptions.MaxWait is negative."
        : MaxWait > TimeSpan.FromDays(1) ? "RunOptions.MaxWait is above a day."
        : Labels is null ? "RunOptions.Labels is null. Leave it out where there are none."
        : null;
}
