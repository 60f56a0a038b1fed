using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Client.Tests.Workflows;

internal sealed record CaptionedInput(WorkflowFile Picture);

/// <summary>Takes a file, and is paid for.</summary>
[Workflow("captioned")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
internal sealed partial class Captioned : IWorkflow<CaptionedInput, string>
{
    [Step]
    public string NameOf(CaptionedInput input) => input.Picture.Name;

    [Prompt("Caption: {{name}}")]
    public partial Task<string> Write([From(nameof(NameOf))] string name, IChatClient chat, CancellationToken ct);
}
