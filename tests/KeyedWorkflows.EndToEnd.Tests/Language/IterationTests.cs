using System.Collections.Concurrent;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>A step with a <c>[ForEach]</c> parameter runs once an element and produces the sequence of its results.</summary>
public sealed partial class IterationTests
{
    [Fact]
    public async Task Results_keep_the_order_of_the_elements_whichever_ends_first()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var gate = new ModelServerGate();
        desk.Server.When(static request => request.LastUserMessage.EndsWith("one", StringComparison.Ordinal)).HoldUntil(gate).Answer("1");
        desk.Server.When(static request => request.LastUserMessage.EndsWith("two", StringComparison.Ordinal)).Answer("2");
        desk.Server.When(static request => request.LastUserMessage.EndsWith("three", StringComparison.Ordinal)).Answer(_ =>
        {
            gate.Open();
            return "3";
        });

        var answers = await desk.Client<ITranslateAllClient>().RunAsync(new Words(["one", "two", "three"]), "acme", ServiceDesk.Ct);

        Assert.Equal(["1", "2", "3"], answers.Texts);
    }

    [Fact]
    public async Task Each_element_is_told_as_it_ends()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Answer("x");

        var lines = await EventText.LinesAsync(desk.Client<ITranslateAllClient>().StreamAsync(new Words(["a"]), "acme", ServiceDesk.Ct));

        Assert.Equal(["run started", "started Split", "finished Split", "started Translate", "element Translate: 0 of 1", "finished Translate", "started Join", "finished Join", "run finished: Succeeded"], lines);
    }

    [Fact]
    public async Task An_empty_sequence_gives_an_empty_one_without_a_call()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Empty((await desk.Client<ITranslateAllClient>().RunAsync(new Words([]), "acme", ServiceDesk.Ct)).Texts);
        desk.AssertNoModelCall();
    }

    [Fact]
    public async Task No_more_than_the_concurrency_are_asked_at_once()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var gate = new ModelServerGate();
        desk.Server.When(static _ => true).HoldUntil(gate).Answer("x");

        var running = desk.Client<ITranslateAllClient>().RunAsync(new Words(["a", "b", "c", "d", "e"]), "acme", ServiceDesk.Ct);
        await gate.ArrivedAsync(3, ServiceDesk.Ct);
        var most = gate.Waiting;
        gate.Open();
        await running;

        Assert.Equal(3, most);
        Assert.Equal(5, desk.Server.Requests.Count);
    }

    [Fact]
    public async Task The_failure_of_one_element_fails_the_run()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static request => request.LastUserMessage.EndsWith('b')).Fail(ModelServerFault.ContentFiltered());
        desk.Server.Answer("x");

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<ITranslateAllClient>().RunAsync(new Words(["a", "b", "c"]), "acme", ServiceDesk.Ct));

        Assert.Equal((WorkflowErrorCodes.ContentFiltered, "Translate"), (error.Code, error.Step));
    }

    [Fact]
    public async Task Elements_run_one_after_the_other_unless_said_otherwise_beside_plain_parameters()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var log = await desk.Client<IOneByOneClient>().RunAsync(new Words(["a", "b"]), ServiceDesk.Ct);

        Assert.Equal(["a in of 2", "a out", "b in of 2", "b out"], log.Lines);
    }

    [Fact]
    public async Task A_step_may_iterate_over_the_results_of_one_that_iterates()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal("[A]|[B]", await desk.Client<IChainedClient>().RunAsync(new Words(["a", "b"]), ServiceDesk.Ct));
    }

    public sealed record Words(IReadOnlyList<string> All);

    public sealed record Word(string Text);

    public sealed record Answers(IReadOnlyList<string> Texts);

    public sealed record Log(IReadOnlyList<string> Lines);

    [Workflow("translate-all")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class TranslateAll : IWorkflow<Words, Answers>
    {
        [Step]
        public Word[] Split(Words words) => [.. words.All.Select(static word => new Word(word))];

        [Prompt("Translate {{word.Text}}")]
        public partial Task<string> Translate([ForEach(Concurrency = 3)] Word word, IChatClient chat, CancellationToken ct);

        [Step]
        public Answers Join(IReadOnlyList<string> texts) => new(texts);
    }

    [Workflow("one-by-one")]
    public sealed partial class OneByOne : IWorkflow<Words, Log>
    {
        [Step]
        public ConcurrentQueue<string> Open() => new();

        [Step]
        public List<Word> Split(Words words) => [.. words.All.Select(static word => new Word(word))];

        [Step]
        public async Task Work([ForEach] Word word, [From(nameof(Open))] ConcurrentQueue<string> log, Words words)
        {
            log.Enqueue($"{word.Text} in of {words.All.Count}");
            await Task.Yield();
            log.Enqueue($"{word.Text} out");
        }

        [Step(After = [nameof(Work)])]
        public Log Close(ConcurrentQueue<string> log) => new([.. log]);
    }

    [Workflow("chained")]
    public sealed partial class Chained : IWorkflow<Words, string>
    {
        [Step]
        public IReadOnlyList<Word> Split(Words words) => [.. words.All.Select(static word => new Word(word))];

        [Step]
        public char Upper([ForEach] Word word) => char.ToUpperInvariant(word.Text[0]);

        [Step]
        public Frame Frame([ForEach(Concurrency = 2)] char letter) => new($"[{letter}]");

        [Step]
        public string Join(Frame[] frames) => string.Join('|', frames.Select(static frame => frame.Text));
    }

    public sealed record Frame(string Text);
}
