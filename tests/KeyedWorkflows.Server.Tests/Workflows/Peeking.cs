using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Server.Tests.Workflows;

internal sealed record PeekingInput(string Text);

/// <summary>What its method that chooses is shown of the run is its answer, by way of the model.</summary>
[Workflow("peeking")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
internal sealed partial class Peeking(SeenTenants seen) : IWorkflow<PeekingInput, string>
{
    [ChooseProfile]
    public Credential Choose(PeekingInput input, RunContext run)
    {
        seen.Add(run.Tenant);
        return Credential.Profile(input.Text);
    }

    [Prompt("{{input.Text}}")]
    public partial Task<string> Answer(PeekingInput input, IChatClient chat, CancellationToken ct);
}
