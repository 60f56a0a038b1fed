using Acme.Workflows;
using KeyedWorkflows;

namespace Acme.Host.Workflows;

/// <summary>Runs the library's workflow as a step, under its own payer.</summary>
[Workflow("complaint")]
[CredentialProfile("desk", Model = "gpt-4o")]
public sealed partial class Complaint : IWorkflow<int, string>
{
    [Step]
    public RefundRequest Read(int order) => new(order);

    [SubWorkflow(typeof(Refund))]
    public partial Task<RefundReply> Refund(RefundRequest request);

    [Step]
    public string Answer(RefundReply reply) => reply.IsGranted ? "You get your money back." : "Sorry.";
}
