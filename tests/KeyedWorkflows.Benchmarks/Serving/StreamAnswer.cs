using KeyedWorkflows.Benchmarks.Load;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Benchmarks.Serving;

/// <summary>The question of <see cref="AnswerQuestion"/>, answered in pieces.</summary>
[Workflow("stream-answer")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
public sealed partial class StreamAnswer : IWorkflow<LoadQuestion, string>
{
    [Prompt(System = "You are a support agent. Be brief.", User = "Question {{question.Number}}: {{question.Text}}")]
    public partial IAsyncEnumerable<string> Answer(LoadQuestion question, IChatClient chat, CancellationToken ct);
}
