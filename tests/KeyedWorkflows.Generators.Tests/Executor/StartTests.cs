using KeyedWorkflows.Generators.Tests.Executor.Running;
using KeyedWorkflows.Hosting;
using KeyedWorkflows.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Generators.Tests.Executor;

/// <summary>A workflow with a fork, a condition, a merge and an iteration, started from every set of its finished steps.</summary>
public sealed class StartTests : IDisposable
{
    private const string Source = """
        using KeyedWorkflows.Generators.Tests.Executor.Running;
        namespace Acme;

        public sealed record Topic(string Text) : IText;
        public sealed record Line(string Text) : IText;
        public readonly record struct Price(string Text) : IText;
        public sealed record Note(string Text) : IText;

        [Workflow("desk")]
        public sealed partial class Desk : IWorkflow<Question, Answer>
        {
            private readonly Script script = Script.Current;

            [Step] public Topic Classify(Question question) => new(script.Call("Classify", null, [question]).Text!);

            [Step]
            public async Task<IReadOnlyList<Line>> Split(Question question)
            {
                var given = await script.CallAsync("Split", null, [question], default);
                return [.. System.Linq.Enumerable.Select(given.Texts, static text => new Line(text))];
            }

            [Step]
            public async ValueTask<Price> Quote([ForEach(Concurrency = 2)] Line line) => new((await script.CallAsync("Quote", line, [line], default)).Text!);

            public bool IsUrgent(Topic topic) => script.Call("IsUrgent", null, [topic]).Flag;

            [Step(When = nameof(IsUrgent))] public async Task<Note> Escalate(Topic topic) => new((await script.CallAsync("Escalate", null, [topic], default)).Text!);

            [Step(Unless = nameof(IsUrgent))] public Note Post(Topic topic) => new(script.Call("Post", null, [topic]).Text!);

            [Step] public void Log(Topic topic, Price[] prices) => script.Call("Log", null, [topic, prices]);

            [Step] public Answer Finish([From(nameof(Escalate), nameof(Post))] Note note, IReadOnlyList<Price> prices) => new(script.Call("Finish", null, [note, prices]).Text!);
        }
        """;

    private readonly GraphAssembly assembly = GraphAssembly.Compile(Source);
    private readonly ServiceProvider services = ScriptedServices.Create();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task From_any_set_of_finished_steps_the_rest_runs_once_and_all_comes_out_the_same(bool isUrgent)
    {
        var desk = assembly.DefinitionOf("Acme.Desk");
        var whole = await RunAsync(desk, isUrgent, new Dictionary<StepKey, StepValue>());
        Assert.Equal(7 + 2, whole.Calls.Count);

        for (var set = 0; set < 1 << desk.Steps.Count; set++)
        {
            var kept = whole.Values.Where(pair => (set & (1 << pair.Key.Step)) != 0).ToDictionary();
            var run = await RunAsync(desk, isUrgent, kept);
            Assert.Equal(whole.Output, run.Output);
            Assert.Equal(whole.Calls.Where(call => !kept.ContainsKey(new(desk.Steps.Single(step => call.StartsWith(step.Name + "(", StringComparison.Ordinal)).Index))).Order(), run.Calls.Order());
            Assert.Equal(Texts(whole.Values), Texts(run.Values));
        }
    }

    [Fact]
    public async Task From_any_set_of_finished_elements_the_others_run()
    {
        var desk = assembly.DefinitionOf("Acme.Desk");
        var whole = await RunAsync(desk, true, new Dictionary<StepKey, StepValue>());
        var quote = desk.Steps.Single(static step => step.Name == "Quote").Index;
        for (var set = 0; set < 1 << 3; set++)
        {
            var kept = whole.Values.Where(pair => pair.Key.Step == quote && pair.Key.Element is { } element && (set & (1 << element)) != 0).ToDictionary();
            var run = await RunAsync(desk, true, kept);
            Assert.Equal(whole.Output, run.Output);
            Assert.Equal(3 - kept.Count, run.Calls.Count(static call => call.StartsWith("Quote(", StringComparison.Ordinal)));
        }
    }

    public void Dispose()
    {
        services.Dispose();
        assembly.Dispose();
    }

    private async Task<(string Output, List<string> Calls, IReadOnlyDictionary<StepKey, StepValue> Values)> RunAsync(WorkflowDefinition<Question, Answer> desk, bool isUrgent, IReadOnlyDictionary<StepKey, StepValue> kept)
    {
        var log = new RunLog();
        var nodes = desk.Steps.ToDictionary(static step => step.Name, step => new NodeScript { Length = 3, Flag = isUrgent, Yields = step.Index % 2 });
        var checkpoint = new MemoryCheckpoint(desk, kept, log, isSlow: true);
        Script.Current = new(nodes, log);
        var answer = await new InProcessTransport(services.GetRequiredService<WorkflowHost>())
            .RunAsync(desk, new Question("?"), RunCredentials.None, null, checkpoint, null, TestContext.Current.CancellationToken);
        return (answer.Text, [.. log.Lines.Where(static line => line.Kind == LogKind.Called).Select(static line => line.Detail)], checkpoint.Values);
    }

    private static IEnumerable<string> Texts(IReadOnlyDictionary<StepKey, StepValue> values) =>
        values.Select(static pair => $"{pair.Key}: {(pair.Value.IsSkipped ? "skipped" : System.Text.Encoding.UTF8.GetString(pair.Value.Json.Span))}").Order();
}
