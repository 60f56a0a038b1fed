using System.ComponentModel;

namespace KeyedWorkflows.Runtime;

/// <summary>The credentials that a call gives explicitly. "Given" is kept apart from "not given": a given credential that is null, empty or malformed fails the run.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct RunCredentials : IEquatable<RunCredentials>
{
    private readonly Credential single;
    private readonly Credential?[]? perSlot;
    private readonly bool hasSingle;

    private RunCredentials(Credential single, bool hasSingle, Credential?[]? perSlot)
    {
        this.single = single;
        this.hasSingle = hasSingle;
        this.perSlot = perSlot;
    }

    /// <summary>The call gives none.</summary>
    public static RunCredentials None => default;

    /// <summary>Whether the call gives a credential for any slot.</summary>
    internal bool IsGiven => hasSingle || perSlot is not null;

    /// <summary>Whether it is one credential for all slots.</summary>
    internal bool IsForAllSlots => hasSingle;

    /// <summary>How many slots the call speaks of; 0 where it does not go by slot.</summary>
    internal int SlotCount => perSlot?.Length ?? 0;

    /// <summary>One credential for all slots.</summary>
    /// <param name="credential">The credential, as the caller gave it.</param>
    /// <returns>The credentials.</returns>
    public static RunCredentials For(Credential credential) => new(credential, true, null);

    /// <summary>One credential for each slot, in the order in which the workflow declares them.</summary>
    /// <param name="credentials">The credentials; null where the call gives none for the slot.</param>
    /// <returns>The credentials.</returns>
    public static RunCredentials PerSlot(params ReadOnlySpan<Credential?> credentials) => new(default, false, credentials.ToArray());

    /// <summary>What the call gives for a slot.</summary>
    internal bool TryGet(int slot, out Credential credential)
    {
        if (hasSingle)
        {
            credential = single;
            return true;
        }
        if (perSlot is not null && slot < perSlot.Length && perSlot[slot] is { } given)
        {
            credential = given;
            return true;
        }
        credential = default;
        return false;
    }

    /// <inheritdoc/>
    public bool Equals(RunCredentials other) =>
        hasSingle == other.hasSingle && single == other.single && (perSlot ?? []).AsSpan().SequenceEqual(other.perSlot ?? []);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RunCredentials other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(hasSingle, single, perSlot?.Length);

    /// <summary>Compares two.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they give the same.</returns>
    public static bool operator ==(RunCredentials left, RunCredentials right) => left.Equals(right);

    /// <summary>Compares two.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they differ.</returns>
    public static bool operator !=(RunCredentials left, RunCredentials right) => !left.Equals(right);
}
