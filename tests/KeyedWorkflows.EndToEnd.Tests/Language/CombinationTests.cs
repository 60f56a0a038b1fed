using System.Collections.Concurrent;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>Features of the language in each other's company.</summary>
public sealed partial class CombinationTests
{
    [Theory]
    [InlineData(1, true, "one")]
    [InlineData(2, true, "two, big")]
    [InlineData(2, false, "two, small")]
    [InlineData(9, true, "many")]
    public async Task Conditions_may_lie_within_conditions(int number, bool big, string expected)
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal(expected, await desk.Client<INestedConditionsClient>().RunAsync(new Sizes(number, big), ServiceDesk.Ct));
    }

    [Theory]
    [InlineData("ok", "text, 2 items, 7, saved", RunStatus.Succeeded)]
    [InlineData("fail", "none, none, none, lost", RunStatus.PartialSucceeded)]
    public async Task Optional_steps_of_every_shape_may_fail_side_by_side(string word, string expected, RunStatus status)
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var run = await desk.Client<IAllOptionalClient>().StartAsync(new Word(word), ServiceDesk.Ct);

        Assert.Equal(expected, await run.Output);
        Assert.Equal(status, run.Status);
    }

    [Theory]
    [InlineData(true, "a+,b+ 2")]
    [InlineData(false, "none 0")]
    public async Task A_step_that_iterates_may_be_skipped(bool wanted, string expected)
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal(expected, await desk.Client<ISkippedIterationClient>().RunAsync(new Items(wanted, ["a", "b"]), ServiceDesk.Ct));
    }

    [Fact]
    public async Task The_input_itself_may_be_a_sequence_and_the_output_what_a_step_that_iterates_produces()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal(["A", "B"], await desk.Client<IWholeSequenceClient>().RunAsync(["a", "b"], ServiceDesk.Ct));
    }

    [Fact]
    public async Task A_step_that_iterates_may_stream()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static _ => true).Answer(static request => ModelAnswer.Stream(request.LastUserMessage, "!"));

        var events = await EventText.ListAsync(desk.Client<IStreamedItemsClient>().StreamAsync(["a", "b"], "acme", ServiceDesk.Ct));

        Assert.Equal([(0, "a"), (0, "!"), (1, "b"), (1, "!")], events.OfType<TextDeltaEvent>().Select(static happened => (happened.Element!.Value, happened.Text)));
        Assert.Equal("a! b!", ((RunFinishedEvent<string>)events[^1]).Output);
    }

    [Theory]
    [InlineData(true, "granted")]
    [InlineData(false, "not asked")]
    public async Task A_sub_workflow_may_be_skipped(bool asks, string expected)
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Answer("yes");

        Assert.Equal(expected, await desk.Client<IMaybeRefundClient>().RunAsync(new Items(asks, []), "acme", ServiceDesk.Ct));
        Assert.Equal(asks ? 1 : 0, desk.Server.Requests.Count);
    }

    [Theory]
    [InlineData(0, "nothing")]
    [InlineData(5, "5")]
    public async Task A_value_that_may_be_null_is_absent_where_it_is(int number, string expected)
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal(expected, await desk.Client<IMaybeValueClient>().RunAsync(number, ServiceDesk.Ct));
    }

    [Fact]
    public async Task After_waits_for_a_step_that_is_skipped_or_fails_where_it_may()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var log = new Log();

        Assert.Equal("last", await desk.Client<IAfterAllClient>().RunAsync(log, ServiceDesk.Ct));

        Assert.Equal(["fails", "last"], log.Lines);
    }

    [Fact]
    public async Task Inline_prompts_return_values_and_streams_and_call_tools_for_the_step_that_calls_them()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Script(ModelAnswer.CallTool("Length", """{"text":"abc"}"""), """{"data":3}""", ModelAnswer.Stream("thr", "ee"));

        var events = await EventText.ListAsync(desk.Client<IInlineShapesClient>().StreamAsync("abc", "acme", ServiceDesk.Ct));

        Assert.Equal("3 three", ((RunFinishedEvent<string>)events[^1]).Output);
        Assert.Equal(3, events.OfType<StepFinishedEvent>().Single().Usage.Calls);
    }

    [Fact]
    public async Task One_step_may_take_the_clients_of_two_slots()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static request => request.Model == "model-a").Answer("from a");
        desk.Server.When(static request => request.Model == "model-b").Answer("from b");

        Assert.Equal("from a, from b", await desk.Client<ITwoClientsClient>().RunAsync("x", "acme", ServiceDesk.Ct));
    }

    [Fact]
    public async Task Generic_inputs_and_outputs_are_types_like_any_other()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var counted = await desk.Client<ICountAllClient>().RunAsync((["a", "b", "a"], 2), ServiceDesk.Ct);

        Assert.Equal(new Dictionary<string, int> { ["a"] = 4, ["b"] = 2 }, counted);
    }

    [Fact]
    public async Task A_client_has_the_same_calls_with_and_without_a_credential_and_options()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var plain = desk.Client<IWholeSequenceClient>();
        var paid = desk.Client<IStreamedItemsClient>();
        var options = new RunOptions { EndUser = "eve" };

        Assert.Equal(["A"], await plain.RunAsync(["a"], options, ServiceDesk.Ct));
        Assert.Equal(["A"], await (await plain.StartAsync(["a"], options, ServiceDesk.Ct)).Output);
        Assert.NotEmpty(await EventText.ListAsync(plain.StreamAsync(["a"], options, ServiceDesk.Ct)));
        Assert.True((await plain.ExplainAsync(["a"], ServiceDesk.Ct)).CanRun);
        await paid.RunAsync(["a"], "acme", options, ServiceDesk.Ct);
        await (await paid.StartAsync(["a"], "acme", options, ServiceDesk.Ct)).Output;
        Assert.NotEmpty(await EventText.ListAsync(paid.StreamAsync(["a"], "acme", options, ServiceDesk.Ct)));
        Assert.True((await paid.ExplainAsync(["a"], "acme", options, ServiceDesk.Ct)).CanRun);
    }

    public sealed record Sizes(int Number, bool IsBig);

    public sealed record Two(string Text);

    public sealed record Word(string Text);

    public sealed record Item(string Text);

    public sealed record Items(bool IsWanted, string[] Texts);

    public sealed class Log
    {
        public ConcurrentQueue<string> Lines { get; } = [];
    }

    [Workflow("nested-conditions")]
    public sealed partial class NestedConditions : IWorkflow<Sizes, string>
    {
        public ValueTask<int> NumberOf(Sizes sizes) => new(sizes.Number);

        public bool IsBig(Sizes sizes) => sizes.IsBig;

        [Step(When = nameof(NumberOf), Is = 1)]
        public string One() => "one";

        [Step(When = nameof(NumberOf), Is = 2)]
        public Two Two() => new("two");

        [Step(When = nameof(NumberOf), Otherwise = true)]
        public string Many() => "many";

        [Step(When = nameof(IsBig))]
        public string TwoBig(Two two) => two.Text + ", big";

        [Step(Unless = nameof(IsBig))]
        public string TwoSmall(Two two) => two.Text + ", small";

        [Step]
        [Output]
        public string Join([From(nameof(One), nameof(Many), nameof(TwoBig), nameof(TwoSmall))] string text) => text;
    }

    [Workflow("all-optional")]
    public sealed partial class AllOptional : IWorkflow<Word, string>
    {
        [Step(Optional = true)]
        public async IAsyncEnumerable<string> Write(Word word)
        {
            await Task.Yield();
            yield return "te";
            yield return Checked(word, "xt");
        }

        [Step]
        public string[] Letters(Word word) => ["a", "b"];

        [Step(Optional = true)]
        public Item Take([ForEach(Concurrency = 2)] string letter, Word word) => Checked(word, new Item(letter));

        [Step(Optional = true)]
        public ValueTask<int> Count(Word word) => new(Checked(word, 7));

        [Step(Optional = true)]
        public Task Save(Word word, CancellationToken ct) => Task.FromResult(Checked(word, 0));

        [Step(Optional = true)]
        public DateOnly Day(Word word) => Checked(word, new DateOnly(2026, 11, 24));

        [Step]
        [Output]
        public string Join([From(nameof(Write))] string? text, Item[]? items, int? count, DateOnly? day) =>
            $"{text ?? "none"}, {(items is null ? "none" : $"{items.Length} items")}, {count?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}, {(day is null ? "lost" : "saved")}";

        private static T Checked<T>(Word word, T value) => word.Text == "ok" ? value : throw new InvalidOperationException("no");
    }

    [Workflow("skipped-iteration")]
    public sealed partial class SkippedIteration : IWorkflow<Items, string>
    {
        public bool IsWanted(Items items) => items.IsWanted;

        [Step]
        public IReadOnlyList<Item> Split(Items items) => [.. items.Texts.Select(static text => new Item(text))];

        [Step(When = nameof(IsWanted))]
        public async Task<string> Mark([ForEach(Concurrency = 2)] Item item)
        {
            await Task.Yield();
            return item.Text + "+";
        }

        [Step]
        public int Count(string[]? marked) => marked?.Length ?? 0;

        [Step]
        public string Join(IReadOnlyList<string>? marked, int count) => $"{(marked is null ? "none" : string.Join(',', marked))} {count}";
    }

    [Workflow("whole-sequence")]
    public sealed partial class WholeSequence : IWorkflow<string[], IReadOnlyList<string>>
    {
        [Step]
        public static string Upper([ForEach][FromInput] string text) => text.ToUpperInvariant();
    }

    [Workflow("streamed-items")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class StreamedItems : IWorkflow<List<string>, string>
    {
        [Step]
        public Item[] Wrap([FromInput] List<string> texts) => [.. texts.Select(static text => new Item(text))];

        [Prompt("{{item.Text}}")]
        public partial IAsyncEnumerable<string> Write([ForEach] Item item, IChatClient chat);

        [Step]
        public string Join([From(nameof(Write))] string[] texts) => string.Join(' ', texts);
    }

    [Workflow("maybe-refund")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class MaybeRefund : IWorkflow<Items, string>
    {
        public bool Asks(Items items) => items.IsWanted;

        [Step]
        public Acme.Workflows.RefundRequest Read(Items items) => new(items.Texts.Length);

        [SubWorkflow(typeof(Acme.Workflows.Refund), When = nameof(Asks))]
        public partial Task<Acme.Workflows.RefundReply> Refund(Acme.Workflows.RefundRequest request);

        [Step]
        public string Say(Acme.Workflows.RefundReply? reply) => reply switch
        {
            null => "not asked",
            { IsGranted: true } => "granted",
            _ => "refused",
        };
    }

    [Workflow("maybe-value")]
    public sealed partial class MaybeValue : IWorkflow<int, string>
    {
        [Step]
        public long? Find(int number) => number == 0 ? null : number;

        [Step]
        public Item Show(long found) => new(found.ToString(System.Globalization.CultureInfo.InvariantCulture));

        [Step]
        public string Say(Item? item, long? found) => item?.Text ?? (found is null ? "nothing" : "something");
    }

    [Workflow("after-all")]
    public sealed partial class AfterAll : IWorkflow<Log, string>
    {
        public bool Never(Log log) => false;

        [Step(After = [nameof(Skipped), nameof(Fails)])]
        [Output]
        public string Last(Log log)
        {
            log.Lines.Enqueue("last");
            return "last";
        }

        [Step(When = nameof(Never))]
        public void Skipped(Log log) => log.Lines.Enqueue("skipped");

        [Step(Optional = true)]
        public async Task Fails(Log log)
        {
            await Task.Yield();
            log.Lines.Enqueue("fails");
            throw new InvalidOperationException("no");
        }
    }

    [Workflow("inline-shapes")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class InlineShapes : IWorkflow<string, string>
    {
        [Step]
        public async Task<string> Work(IChatClient chat, string text, CancellationToken ct)
        {
            var number = await Count(chat, text, ct);
            var words = "";
            await foreach (var piece in Spell(number, chat).WithCancellation(ct))
                words += piece;
            return $"{number} {words}";
        }

        [Prompt("How long is {{text}}?", Inline = true, Tools = [nameof(Length)])]
        private partial Task<int> Count(IChatClient chat, string text, CancellationToken ct);

        [Prompt("Spell {{number}}.", Inline = true)]
        private partial IAsyncEnumerable<string> Spell(int number, IChatClient chat);

        [Tool(Description = "The length of a text.")]
        private static int Length(string text) => text.Length;
    }

    [Workflow("two-clients")]
    [CredentialProfile("a", Model = "model-a")]
    [CredentialProfile("b", Model = "model-b")]
    public sealed partial class TwoClients : IWorkflow<string, string>
    {
        [Step]
        public async Task<string> Compare(string text, [Slot("a")] IChatClient one, [Slot("b")] IChatClient other, CancellationToken ct)
        {
            var first = await one.GetResponseAsync(text, cancellationToken: ct);
            var second = await other.GetResponseAsync(text, cancellationToken: ct);
            return $"{first.Text}, {second.Text}";
        }
    }

    [Workflow("count-all")]
    public sealed partial class CountAll : IWorkflow<(List<string> Words, int Weight), Dictionary<string, int>>
    {
        [Step]
        public Dictionary<string, int> Count((List<string> Words, int Weight) input) => input.Words.GroupBy(static word => word).ToDictionary(static group => group.Key, group => group.Count() * input.Weight);
    }
}
