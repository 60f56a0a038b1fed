using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>A layer that the host puts around chat clients: all of them, or those of one workflow, of one slot, or of one slot of one workflow.</summary>
internal sealed record ChatClientLayer(Func<IChatClient, ChatClientLayerContext, IChatClient> Wrap, string? Workflow, string? Slot)
{
    public bool IsFor(string workflow, string slot) => (Workflow is null || Workflow == workflow) && (Slot is null || Slot == slot);
}
