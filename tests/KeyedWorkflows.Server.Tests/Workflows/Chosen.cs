using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Server.Tests.Workflows;

internal sealed record ChosenInput(string Text, string? Region = null);

/// <summary>The author chooses by the input, and has a default.</summary>
[Workflow("chosen")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini", Default = "house")]
internal sealed partial class Chosen : IWorkflow<ChosenInput, string>
{
    [ChooseProfile]
    public Credential Choose(ChosenInput input) => input.Region is { } region ? Credential.Profile(region) : Credential.Unspecified;

    [Prompt("{{input.Text}}")]
    public partial Task<string> Answer(ChosenInput input, IChatClient chat, CancellationToken ct);
}
