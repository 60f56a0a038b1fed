using System.ComponentModel;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Server.Tests.Workflows;

internal sealed record TooledInput(string Text);

/// <summary>The model may ask for orders: of whom, the run says.</summary>
[Workflow("tooled")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
internal sealed partial class Tooled : IWorkflow<TooledInput, string>
{
    [Prompt("{{input.Text}}", Tools = [nameof(FindOrders)])]
    public partial Task<string> Answer(TooledInput input, IChatClient chat, CancellationToken ct);

    [Tool]
    [Description("Finds orders.")]
    public static string FindOrders(string query, RunContext run) => $"orders of ({run.Tenant ?? "nobody"}) for {query}";
}
