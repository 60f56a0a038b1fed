namespace KeyedWorkflows;

/// <summary>The credentials of a run, slot by slot: chosen, authorised and frozen before the first step, and carried to every consumer.</summary>
public sealed class RunBinding
{
    // The one slot that most workflows have, without an array around it; or an array of several.
    private readonly object slots;

    internal RunBinding(ReadOnlySpan<SlotBinding> slots, string? tenant)
    {
        this.slots = slots.Length == 1 ? slots[0] : slots.ToArray();
        Tenant = tenant;
    }

    /// <summary>The binding of a workflow without slots.</summary>
    internal static RunBinding Empty { get; } = new([], null);

    /// <summary>The tenant that the run serves; null where only operators' profiles or inline keys pay.</summary>
    public string? Tenant { get; }

    /// <summary>Each slot's binding, in the order in which the workflow declares them.</summary>
    public IReadOnlyList<SlotBinding> Slots => slots as SlotBinding[] ?? [(SlotBinding)slots];

    /// <summary>Each slot, its profile and the rule that chose it.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => string.Join("; ", Slots);

    internal int Count => slots is SlotBinding[] several ? several.Length : 1;

    /// <summary>Whether a key was given for this run: what was built for it ends with the run.</summary>
    internal bool HasKeys
    {
        get
        {
            for (var slot = 0; slot < Count; slot++)
            {
                if (this[slot].Inline is not null)
                    return true;
            }
            return false;
        }
    }

    internal SlotBinding this[int slot] => slots is SlotBinding[] several ? several[slot] : slot == 0 ? (SlotBinding)slots : throw new ArgumentOutOfRangeException(nameof(slot));

    internal void EndKeys()
    {
        for (var slot = 0; slot < Count; slot++)
            this[slot].Inline?.Clients.Retire();
    }
}
