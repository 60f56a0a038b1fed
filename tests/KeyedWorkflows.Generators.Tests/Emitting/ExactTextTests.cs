using KeyedWorkflows.Generators.Tests.Compilations;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>Emitted files, to the letter. A change of shape shows in the diff of <c>Expected</c>.</summary>
public sealed class ExactTextTests
{
    private const string Chain = """
        #nullable enable
        using System.Threading.Tasks;
        using KeyedWorkflows;

        namespace Acme;

        public sealed record Request(string Text);
        public sealed record Cleaned(string Text);
        public sealed record Alarm(int Level);

        [Workflow("chain")]
        public sealed partial class Chain : IWorkflow<Request, string>
        {
            [Step]
            public Cleaned Clean(Request request) => new(request.Text.Trim());

            public ValueTask<bool> IsLoud(Cleaned cleaned) => new(cleaned.Text.EndsWith('!'));

            [Step(When = nameof(IsLoud))]
            public Task<Alarm> Raise(Cleaned cleaned) => Task.FromResult(new Alarm(cleaned.Text.Length));

            [Step]
            public string Finish(Cleaned cleaned, Alarm? alarm) => cleaned.Text + alarm?.Level;
        }
        """;

    private const string Fork = """
        #nullable enable
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using KeyedWorkflows;
        using Microsoft.Extensions.AI;

        namespace Acme;

        public sealed record Ticket(string Question, string? Name);
        public sealed record Topic(string Name);

        [Workflow("fork", Description = "Drafts an answer.")]
        [CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
        public sealed partial class Fork : IWorkflow<Ticket, string>
        {
            [Prompt("Which topic?\n{{ticket.Question}}", Temperature = 0.5)]
            public partial Task<Topic> Classify(Ticket ticket, IChatClient chat, CancellationToken ct);

            [Step]
            public int[] Numbers(Ticket ticket) => [ticket.Question.Length];

            [Prompt(System = "Be kind to {{ticket.Name?}}.", User = "{{topic}}: {{numbers}}", Tools = [nameof(Weather)])]
            public partial IAsyncEnumerable<string> Draft(Ticket ticket, Topic topic, List<int> numbers, IChatClient chat, CancellationToken ct);

            [Tool(Description = "Tells the weather.")]
            private Task<string> Weather(string town, Ticket ticket, CancellationToken ct) => Task.FromResult(town + ticket.Name);
        }
        """;

    [Fact]
    public Task A_chain_is_one_method() => Verify("Chain", Chain);

    [Fact]
    public Task A_fork_is_a_block_of_local_functions() => Verify("Fork", Fork);

    private static async Task Verify(string name, string source)
    {
        var emitted = Emission.Sound(TestCompilation.Of("TestProject", [], source)).Files;
        var expected = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Emitting", "Expected", name + ".txt"), TestContext.Current.CancellationToken);
        var test = new CSharpSourceGeneratorTest<WorkflowGenerator, DefaultVerifier>
        {
            // Nothing is downloaded: the references are those of the running process.
            ReferenceAssemblies = new("net10.0"),
            TestState = { Sources = { source } },
        };
        test.TestState.AdditionalReferences.AddRange(TestCompilation.References);
        foreach (var (file, text) in emitted)
            test.TestState.GeneratedSources.Add((typeof(WorkflowGenerator), file, file == $"Acme.{name}.g.cs" ? expected.ReplaceLineEndings("\n") : text));
        await test.RunAsync(TestContext.Current.CancellationToken);
    }
}
