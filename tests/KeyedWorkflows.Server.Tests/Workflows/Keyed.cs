using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Server.Tests.Workflows;

internal sealed record KeyedInput
{
    public required string Text { get; init; }

    [ApiKey]
    public Secret? ModelApiKey { get; init; }

    [ProfileName]
    public string? ProfileName { get; init; }
}

/// <summary>The input may bring a key, or name a profile.</summary>
[Workflow("keyed")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
internal sealed partial class Keyed : IWorkflow<KeyedInput, string>
{
    [Prompt("{{input.Text}}")]
    public partial Task<string> Answer(KeyedInput input, IChatClient chat, CancellationToken ct);
}
