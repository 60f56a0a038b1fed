namespace KeyedWorkflows;

/// <summary>What became of a slot: its binding, or why there is none.</summary>
internal readonly struct SlotOutcome
{
    private SlotOutcome(SlotBinding? binding, Refusal? refusal)
    {
        Binding = binding;
        Refusal = refusal;
    }

    public SlotBinding? Binding { get; }

    public Refusal? Refusal { get; }

    public static implicit operator SlotOutcome(SlotBinding binding) => new(binding, null);

    public static implicit operator SlotOutcome(Refusal refusal) => new(null, refusal);
}
