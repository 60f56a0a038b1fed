using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Server.Tests.Faults;

internal interface INeeded
{
    string Profile { get; }
}

internal sealed record NeedyInput(string Text);

/// <summary>Chooses by a service that its host does not have.</summary>
[Workflow("needy")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini", Default = "house")]
internal sealed partial class Needy(INeeded needed) : IWorkflow<NeedyInput, string>
{
    [ChooseProfile]
    public Credential Choose() => Credential.Profile(needed.Profile);

    [Prompt("{{input.Text}}")]
    public partial Task<string> Answer(NeedyInput input, IChatClient chat, CancellationToken ct);
}
