using KeyedWorkflows;
using Microsoft.Extensions.AI;

namespace Acme.Workflows;

/// <summary>A workflow that others run by itself, or as a step of theirs.</summary>
[Workflow("refund")]
[CredentialProfile(Model = "gpt-4o-mini")]
public sealed partial class Refund : IWorkflow<RefundRequest, RefundReply>
{
    [Prompt("Refund order {{request.Order}}?")]
    public partial Task<string> Ask(RefundRequest request, IChatClient chat, CancellationToken ct);

    [Step]
    public RefundReply Decide(string text) => new(text == "yes");
}
