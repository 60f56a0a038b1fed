using System.Collections.Concurrent;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>Conditions: a skipped step's result is absent, and what can be absent is known when the workflow is built.</summary>
public sealed partial class ConditionTests
{
    public enum Route
    {
        Billing,
        Technical,
        Other,
        Spam,
    }

    [Theory]
    [InlineData(true, "hello, urgent")]
    [InlineData(false, "hello, calm")]
    public async Task When_and_Unless_run_one_of_two_and_a_merge_takes_what_is_there(bool urgent, string expected)
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal(expected, await desk.Client<IUrgencyClient>().RunAsync(new Ticket("hello", urgent), ServiceDesk.Ct));
    }

    [Theory]
    [InlineData(Route.Billing, "billing")]
    [InlineData(Route.Technical, "technical")]
    [InlineData(Route.Other, "otherwise")]
    [InlineData(Route.Spam, "otherwise")]
    [InlineData((Route)99, "otherwise")]
    public async Task Routing_runs_the_step_of_the_answer_and_Otherwise_the_rest(Route route, string expected)
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal(expected, await desk.Client<IRoutingClient>().RunAsync(new Letter(route), ServiceDesk.Ct));
    }

    [Theory]
    [InlineData("de", "Hallo")]
    [InlineData("fr", "Bonjour")]
    [InlineData("xx", "Hello")]
    public async Task Routing_goes_by_text_too(string language, string expected)
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal(expected, await desk.Client<ILanguagesClient>().RunAsync(language, ServiceDesk.Ct));
    }

    [Fact]
    public async Task A_condition_runs_once_for_all_who_ask_it_and_may_be_asynchronous()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var asked = new Counter();

        Assert.Equal("one two", await desk.Client<IAskedOnceClient>().RunAsync(asked, ServiceDesk.Ct));

        Assert.Equal(1, asked.Value);
    }

    [Theory]
    [InlineData(true, "main, with extra", "run started|started Extra|finished Extra|started Needs|finished Needs|started Finish|finished Finish|run finished: Succeeded")]
    [InlineData(false, "main, without", "run started|skipped Extra|skipped Needs|started Finish|finished Finish|run finished: Succeeded")]
    public async Task Consumers_with_a_nullable_parameter_run_without_and_others_are_skipped(bool wanted, string expected, string lines)
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var events = await EventText.ListAsync(desk.Client<ISkippingClient>().StreamAsync(new Wish(wanted), ServiceDesk.Ct));

        Assert.Equal(expected, Assert.IsType<RunFinishedEvent<string>>(events[^1]).Output);
        Assert.Equal(lines.Split('|'), events.Where(static happened => happened is not StepEvent { Step: "IsWanted" }).Select(EventText.Of));
    }

    [Theory]
    [InlineData("known", "found known")]
    [InlineData("unknown", "nobody")]
    public async Task A_result_that_is_null_where_it_may_be_is_as_absent_as_a_skipped_one(string name, string expected)
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal(expected, await desk.Client<ILookUpClient>().RunAsync(name, ServiceDesk.Ct));
    }

    [Fact]
    public async Task A_null_where_none_may_be_names_the_step()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<ILiarClient>().RunAsync("x", ServiceDesk.Ct));

        Assert.Equal((WorkflowErrorCodes.StepContract, "Lie", "liar"), (error.Code, error.Step, error.Workflow));
    }

    [Fact]
    public async Task A_value_that_may_be_absent_is_a_nullable_value()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal("7", await desk.Client<IMaybeNumberClient>().RunAsync(new Wish(true), ServiceDesk.Ct));
        Assert.Equal("none", await desk.Client<IMaybeNumberClient>().RunAsync(new Wish(false), ServiceDesk.Ct));
    }

    [Fact]
    public async Task A_condition_may_take_what_a_step_produced()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Script("""{"name":"refund","urgent":true}""", """{"name":"greeting","urgent":false}""");
        var client = desk.Client<ITriageClient>();

        Assert.Equal("escalated: refund", await client.RunAsync("Where is my money?", "acme", ServiceDesk.Ct));
        Assert.Equal("queued: greeting", await client.RunAsync("Hi!", "acme", ServiceDesk.Ct));
    }

    [Theory]
    [InlineData(true, RunStatus.Succeeded, "with extra")]
    [InlineData(false, RunStatus.PartialSucceeded, "without")]
    public async Task An_optional_steps_failure_counts_as_absent_and_the_run_is_partial(bool works, RunStatus status, string expected)
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var run = await desk.Client<IOptionalExtraClient>().StartAsync(new Wish(works), ServiceDesk.Ct);

        Assert.Equal(expected, await run.Output);
        Assert.Equal(status, run.Status);
    }

    public sealed class Counter
    {
        private int value;

        public int Value => value;

        public void Add() => Interlocked.Increment(ref value);
    }

    public sealed record Ticket(string Text, bool Urgent);

    public sealed record Letter(Route Route);

    public sealed record Wish(bool IsWanted);

    public sealed record Extra(string Text);

    public sealed record More(string Text);

    public sealed record Person(string Name);

    public sealed record Topic(string Name, bool Urgent);

    [Workflow("urgency")]
    public sealed partial class Urgency : IWorkflow<Ticket, string>
    {
        public bool IsUrgent(Ticket ticket) => ticket.Urgent;

        [Step(When = nameof(IsUrgent))]
        public string Escalate(Ticket ticket) => ticket.Text + ", urgent";

        [Step(Unless = nameof(IsUrgent))]
        public string Queue(Ticket ticket) => ticket.Text + ", calm";

        [Step]
        [Output]
        public string Finish([From(nameof(Escalate), nameof(Queue))] string text) => text;
    }

    [Workflow("routing")]
    public sealed partial class Routing : IWorkflow<Letter, string>
    {
        public Route RouteOf(Letter letter) => letter.Route;

        [Step(When = nameof(RouteOf), Is = Route.Billing)]
        [Output]
        public string Bill() => "billing";

        [Step(When = nameof(RouteOf), Is = Route.Technical)]
        [Output]
        public Task<string> Repair() => Task.FromResult("technical");

        [Step(When = nameof(RouteOf), Otherwise = true)]
        [Output]
        public string Rest() => "otherwise";
    }

    [Workflow("languages")]
    public sealed partial class Languages : IWorkflow<string, string>
    {
        public string LanguageOf([FromInput] string language) => language;

        [Step(When = nameof(LanguageOf), Is = "de")]
        [Output]
        public string German() => "Hallo";

        [Step(When = nameof(LanguageOf), Is = "fr")]
        [Output]
        public string French() => "Bonjour";

        [Step(When = nameof(LanguageOf), Otherwise = true)]
        [Output]
        public string English() => "Hello";
    }

    [Workflow("asked-once")]
    public sealed partial class AskedOnce : IWorkflow<Counter, string>
    {
        public async Task<bool> IsOpen(Counter counter)
        {
            await Task.Yield();
            counter.Add();
            return true;
        }

        [Step(When = nameof(IsOpen))]
        public Extra One() => new("one");

        [Step(When = nameof(IsOpen))]
        public More Two() => new("two");

        [Step]
        public string Join(Extra? one, More? two) => $"{one?.Text} {two?.Text}";
    }

    [Workflow("skipping")]
    public sealed partial class Skipping : IWorkflow<Wish, string>
    {
        public bool IsWanted(Wish wish) => wish.IsWanted;

        [Step(When = nameof(IsWanted))]
        public Extra Extra() => new("extra");

        [Step]
        public More Needs(Extra extra) => new("with " + extra.Text);

        [Step]
        public string Finish(More? more) => $"main, {more?.Text ?? "without"}";
    }

    [Workflow("look-up")]
    public sealed partial class LookUp : IWorkflow<string, string>
    {
        [Step]
        public Person? Find([FromInput] string name) => name == "known" ? new(name) : null;

        [Step]
        public Extra Describe(Person person) => new("found " + person.Name);

        [Step]
        public string Say(Extra? extra) => extra?.Text ?? "nobody";
    }

    [Workflow("liar")]
    public sealed partial class Liar : IWorkflow<string, string>
    {
        [Step]
        public Person Lie([FromInput] string name) => null!;

        [Step]
        public string Say(Person person) => person.Name;
    }

    [Workflow("maybe-number")]
    public sealed partial class MaybeNumber : IWorkflow<Wish, string>
    {
        public bool IsWanted(Wish wish) => wish.IsWanted;

        [Step(When = nameof(IsWanted))]
        public int Count() => 7;

        [Step]
        public string Say(int? count) => count?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none";
    }

    [Workflow("triage")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Triage : IWorkflow<string, string>
    {
        [Prompt("Which topic? {{text}}")]
        public partial Task<Topic> Classify([FromInput] string text, Microsoft.Extensions.AI.IChatClient chat, CancellationToken ct);

        public bool IsUrgent(Topic topic) => topic.Urgent;

        [Step(When = nameof(IsUrgent))]
        [Output]
        public string Escalate(Topic topic) => "escalated: " + topic.Name;

        [Step(Unless = nameof(IsUrgent))]
        [Output]
        public string Queue(Topic topic) => "queued: " + topic.Name;
    }

    [Workflow("optional-extra")]
    public sealed partial class OptionalExtra : IWorkflow<Wish, string>
    {
        [Step(Optional = true)]
        public Extra Extra(Wish wish) => wish.IsWanted ? new("with extra") : throw new InvalidOperationException("no");

        [Step]
        public string Finish(Extra? extra) => extra?.Text ?? "without";
    }
}
