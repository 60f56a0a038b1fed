using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Benchmarks.Load;

/// <summary>The measured workflow: the question of <see cref="HandWrittenProgram"/>, as one prompt.</summary>
[Workflow("answer-question")]
[CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
public sealed partial class AnswerQuestion : IWorkflow<LoadQuestion, string>
{
    [Prompt(System = "You are a support agent. Be brief.", User = "Question {{question.Number}}: {{question.Text}}")]
    public partial Task<string> AnswerAsync(LoadQuestion question, IChatClient chat, CancellationToken ct);
}
