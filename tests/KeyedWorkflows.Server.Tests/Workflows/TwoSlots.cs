using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Server.Tests.Workflows;

/// <summary>Two payers in one run.</summary>
[Workflow("two-slots")]
[CredentialProfile("write", Provider = "openai", Model = "gpt-4o-mini")]
[CredentialProfile("check", Provider = "openai", Model = "gpt-4o-mini")]
internal sealed partial class TwoSlots : IWorkflow<string, string>
{
    [Prompt("Write: {{text}}")]
    public partial Task<string> Write([FromInput] string text, [Slot("write")] IChatClient chat, CancellationToken ct);

    [Prompt("Check: {{written}}")]
    public partial Task<string> Check([From(nameof(Write))] string written, [Slot("check")] IChatClient chat, CancellationToken ct);
}
