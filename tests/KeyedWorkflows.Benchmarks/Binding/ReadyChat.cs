using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Benchmarks.Binding;

/// <summary>The smallest workflow with a model client: one step, which takes the client and does not call it.</summary>
[Workflow("ready-chat")]
[CredentialProfile(Provider = "idle", Model = "model")]
public sealed partial class ReadyChat : IWorkflow<int, bool>
{
    [Step]
    public bool IsReady(int number, IChatClient chat) => number >= 0 && chat is not null;
}
