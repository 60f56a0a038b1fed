using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Server;

/// <summary>The credentials of a request, by the slots of its workflow.</summary>
internal static class RequestCredentials
{
    public static RunCredentials Of(RunRequest request, WorkflowDefinition workflow)
    {
        if (request.Credential is { } single)
            return RunCredentials.For(single);
        if (request.Credentials is not { } bySlot)
            return RunCredentials.None;
        if (bySlot.Count == 0)
            throw ApiError.InvalidParam("Field 'credentials' is empty. Give a credential for a slot, or leave the field out.").ToException();
        var slots = new Credential?[workflow.Slots.Count];
        foreach (var (name, credential) in bySlot)
        {
            var slot = IndexOf(workflow, name);
            if (slot < 0)
                throw ApiError.InvalidParam($"Field 'credentials' names a slot that the workflow does not have. It has: {string.Join(", ", workflow.Slots.Select(static slot => slot.Name))}.").ToException();
            slots[slot] = credential;
        }
        return RunCredentials.PerSlot(slots);
    }

    private static int IndexOf(WorkflowDefinition workflow, string name)
    {
        for (var slot = 0; slot < workflow.Slots.Count; slot++)
        {
            if (workflow.Slots[slot].Name == name)
                return slot;
        }
        return -1;
    }
}
