using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Client;

/// <summary>What is refused before anything is sent, as it is in process: what is null, empty or malformed is never left out of a request, because there it would be "not given".</summary>
internal static class CallFaults
{
    public static WorkflowRunException? Of<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options)
    {
        if (input is null)
            return new(WorkflowErrorCodes.InvalidInput, $"The input of workflow '{workflow.Name}' is null.") { Workflow = workflow.Name };
        if (options?.FirstFault is { } fault)
            return new(WorkflowErrorCodes.InvalidInput, fault) { Workflow = workflow.Name };
        for (var slot = 0; slot < workflow.Slots.Count; slot++)
        {
            if (!credentials.TryGet(slot, out var given))
                continue;
            var name = workflow.Slots[slot].Name;
            if (given.Kind is CredentialKind.Invalid or CredentialKind.Unspecified)
                return Invalid(workflow, name, $"The credential that is given for slot '{name}' in the call is null, empty or malformed. It is not repeated here. A profile's name is 1 to 64 of a-z, 0-9, '_', '.' and '-', and begins with a letter or digit; a key is 1 to 4096 printable ASCII characters without spaces. Give a usable one, or leave it out.");
            if (given.Endpoint is not null)
                return Invalid(workflow, name, $"The key for slot '{name}' is given with an endpoint. A server takes none from its callers: leave it out, or have the operator store a profile with that endpoint.");
        }
        return null;
    }

    private static WorkflowRunException Invalid(WorkflowDefinition workflow, string slot, string message) => new(WorkflowErrorCodes.CredentialInvalid, message) { Workflow = workflow.Name, Slot = slot };
}
