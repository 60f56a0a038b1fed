using System.ComponentModel;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>Every way in which a step comes to a model.</summary>
public static partial class Shapes
{
    public sealed record Topic(string Name, bool Urgent);

    [Workflow("canary-chat")]
    [CredentialProfile(Model = "gpt-test")]
    public sealed partial class PlainChat : IWorkflow<Question, string>
    {
        [Prompt("{{question.Text}}", Attempts = 2)]
        public partial Task<string> Ask(Question question, IChatClient chat, CancellationToken ct);
    }

    [Workflow("canary-stream")]
    [CredentialProfile(Model = "gpt-test")]
    public sealed partial class StreamedChat : IWorkflow<Question, string>
    {
        [Prompt("{{question.Text}}")]
        public partial IAsyncEnumerable<string> Tell(Question question, IChatClient chat, CancellationToken ct);
    }

    [Workflow("canary-structured")]
    [CredentialProfile(Model = "gpt-test")]
    public sealed partial class StructuredAnswer : IWorkflow<Question, string>
    {
        [Prompt("{{question.Text}}", Attempts = 2)]
        public partial Task<Topic> Classify(Question question, IChatClient chat, CancellationToken ct);

        [Step]
        public string Finish(Topic topic, RunContext run) => $"{topic} {JsonSerializer.Serialize(run)} {run}";
    }

    [Workflow("canary-tools")]
    [CredentialProfile(Model = "gpt-test")]
    public sealed partial class ToolUse : IWorkflow<Question, string>
    {
        [Prompt("{{question.Text}}", Tools = [nameof(LookUp)])]
        public partial Task<string> Answer(Question question, IChatClient chat, CancellationToken ct);

        [Tool]
        [Description("Looks an order up.")]
        public static string LookUp(int order, RunContext run) => $"order {order} of {run.Tenant}";
    }

    [Workflow("canary-embeddings")]
    [CredentialProfile(EmbeddingModel = "embedding-test")]
    public sealed partial class Vectors : IWorkflow<Question, string>
    {
        [Step]
        public async Task<string> Embed(Question question, IEmbeddingGenerator<string, Embedding<float>> embeddings, CancellationToken ct) =>
            (await embeddings.GenerateAsync([question.Text], cancellationToken: ct))[0].Vector.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    [Workflow("canary-parent")]
    [CredentialProfile("payer")]
    public sealed partial class Parent : IWorkflow<Parent.Task, string>
    {
        /// <summary>The child's own properties for a payer are never asked.</summary>
        public sealed record Task(string Text)
        {
            [ApiKey("payer")]
            public Secret? Key { get; init; }
        }

        [Step]
        public Question Read(Task task) => new(task.Text);

        [SubWorkflow(typeof(PlainChat))]
        public partial Task<string> Run(Question question);
    }

    /// <summary>An author who puts all that is at hand into an error.</summary>
    [Workflow("canary-wrapping")]
    [CredentialProfile(Model = "gpt-test")]
    public sealed partial class Wrapping : IWorkflow<Question, string>
    {
        [Step]
        public async Task<string> Ask(Question question, RunContext run, IChatClient chat, CancellationToken ct)
        {
            try
            {
                return (await chat.GetResponseAsync(question.Text, cancellationToken: ct)).Text;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                throw new InvalidOperationException($"{question} in {run} by {chat}: {error}", new AggregateException(error, new FormatException(error.Message)))
                {
                    Data = { ["question"] = JsonSerializer.Serialize(question), ["run"] = run, ["client"] = chat },
                };
            }
        }
    }
}
