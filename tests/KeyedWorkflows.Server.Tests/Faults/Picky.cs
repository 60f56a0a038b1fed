using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Server.Tests.Faults;

internal sealed record PickyInput(string Text);

/// <summary>Its author's choice fails, or takes long.</summary>
[Workflow("picky")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini", Default = "house")]
internal sealed partial class Picky : IWorkflow<PickyInput, string>
{
    [ChooseProfile]
    public static async Task<Credential> ChooseAsync(PickyInput input, CancellationToken ct)
    {
        if (input.Text == "wait")
            await Task.Delay(Timeout.Infinite, ct);
        throw new InvalidTimeZoneException(input.Text);
    }

    [Prompt("{{input.Text}}")]
    public partial Task<string> Answer(PickyInput input, IChatClient chat, CancellationToken ct);
}
