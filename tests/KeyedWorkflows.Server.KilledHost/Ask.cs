using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Server.KilledHost;

/// <summary>Two calls of a model, one after the other.</summary>
[Workflow("ask")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
public sealed partial class Ask : IWorkflow<Question, string>
{
    [Prompt("First: {{question.Text}}")]
    public partial Task<string> First(Question question, IChatClient chat, CancellationToken ct);

    [Prompt("Second: {{question.Text}} {{first}}")]
    public partial IAsyncEnumerable<string> Second(Question question, [From(nameof(First))] string first, IChatClient chat, CancellationToken ct);
}
