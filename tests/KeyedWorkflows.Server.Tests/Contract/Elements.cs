using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Server.Tests.Contract;

internal sealed record ElementsInput(IReadOnlyList<string> Parts);

/// <summary>A call for each element.</summary>
[Workflow("elements")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
internal sealed partial class Elements : IWorkflow<ElementsInput, string>
{
    [Step]
    public IReadOnlyList<string> Split(ElementsInput input) => input.Parts;

    [Prompt("Digest: {{part}}")]
    public partial Task<string> Shorten([ForEach(Concurrency = 1), From(nameof(Split))] string part, IChatClient chat, CancellationToken ct);

    [Step]
    public string Finish([From(nameof(Shorten))] IReadOnlyList<string> digests) => string.Join(' ', digests);
}
