using System.ComponentModel;

namespace KeyedWorkflows.Runtime;

/// <summary>Stands on the client of a workflow: the slots for which a call that gives no credential leaves the choice to the host's default alone. The rule KW1004 reads it where the client is called.</summary>
/// <param name="slots">The slots' names.</param>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Class)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class UnboundSlotsAttribute(params string[] slots) : Attribute
{
    /// <summary>The slots' names.</summary>
    public IReadOnlyList<string> Slots { get; } = slots;
}
