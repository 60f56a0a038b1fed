using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Storage.Tests;

public sealed record Question(string Text);

[Workflow("ask")]
[CredentialProfile(Model = "model-1")]
public sealed partial class Ask : IWorkflow<Question, string>
{
    [Prompt("{{question.Text}}")]
    public partial Task<string> Answer(Question question, IChatClient chat, CancellationToken cancellationToken);
}

[Workflow("ask-twice")]
[CredentialProfile(Model = "model-1")]
public sealed partial class AskTwice : IWorkflow<Question, string>
{
    [Prompt("{{question.Text}}")]
    public partial Task<string> First(Question question, IChatClient chat, CancellationToken cancellationToken);

    [Prompt("{{question.Text}}", After = [nameof(First)])]
    [Output]
    public partial Task<string> Second(Question question, IChatClient chat, CancellationToken cancellationToken);
}
