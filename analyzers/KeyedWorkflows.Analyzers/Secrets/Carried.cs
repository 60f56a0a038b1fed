using System.Collections.Immutable;

namespace KeyedWorkflows.Analyzers.Secrets;

/// <summary>What of a value is a key, or is made of one: nothing, all of it, or some of its members.</summary>
internal readonly struct Carried
{
    private readonly bool all;
    private readonly ImmutableHashSet<string>? members;

    private Carried(bool all, ImmutableHashSet<string>? members)
    {
        this.all = all;
        this.members = members;
    }

    public static Carried None => default;

    public static Carried All { get; } = new(true, null);

    public bool IsNone => !all && members is null;

    /// <summary>Some members at most: what else the value holds may be shown.</summary>
    public bool IsAll => all;

    /// <summary>An address that a key is part of: its host shows none.</summary>
    public static Carried OfAddress { get; } = new(false, ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "AbsoluteUri", "OriginalString", "Query", "PathAndQuery"));

    /// <summary>A value of which one member is a key.</summary>
    public static Carried In(string member) => new(false, ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, member));

    /// <summary>What a member of the value carries.</summary>
    public Carried Of(string member) => all || members?.Contains(member) == true ? All : None;

    /// <summary>Either value: what one of them carries.</summary>
    public Carried Or(Carried other)
    {
        if (all || other.all)
            return All;
        if (members is null)
            return other;
        return other.members is null ? this : new(false, members.Union(other.members));
    }

    public bool IsSame(Carried other) =>
        all == other.all && (members is null ? other.members is null : other.members is not null && members.SetEquals(other.members));
}
