namespace KeyedWorkflows;

/// <summary>The credentials of a run, slot by slot: chosen, authorised and frozen before the first step, and carried to every consumer.</summary>
public sealed class RunBinding
{
    private readonly SlotBinding[] slots;

    internal RunBinding(SlotBinding[] slots, string? tenant)
    {
        this.slots = slots;
        Tenant = tenant;
    }

    /// <summary>The binding of a workflow without slots.</summary>
    internal static RunBinding Empty { get; } = new([], null);

    /// <summary>The tenant that the run serves; null where only operators' profiles or inline keys pay.</summary>
    public string? Tenant { get; }

    /// <summary>Each slot's binding, in the order in which the workflow declares them.</summary>
    public IReadOnlyList<SlotBinding> Slots => slots;

    internal SlotBinding this[int slot] => slots[slot];

    /// <summary>Whether a key was given for this run: what was built for it ends with the run.</summary>
    internal bool HasKeys => slots.Any(static slot => slot.Inline is not null);

    internal void EndKeys()
    {
        foreach (var slot in slots)
            slot.Inline?.Clients.Retire();
    }
}
