using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>The author's class: one instance and one scope a run; services by constructor, what belongs to the run by parameter.</summary>
public sealed partial class ClassTests
{
    [Fact]
    public async Task Services_come_from_a_scope_of_the_run_which_ends_after_the_class()
    {
        await using var desk = await ServiceDesk.OpenAsync(static builder => builder.Services.AddScoped<Journal>());
        List<string> happened = [];

        await desk.Client<IKeptClient>().RunAsync(happened, ServiceDesk.Ct);
        await desk.Client<IKeptClient>().RunAsync(happened, ServiceDesk.Ct);

        Assert.Equal(["step of 1", "class gone", "journal gone", "step of 1", "class gone", "journal gone"], happened);
    }

    [Fact]
    public async Task They_are_let_go_after_a_failure_too()
    {
        await using var desk = await ServiceDesk.OpenAsync(static builder => builder.Services.AddScoped<Journal>());
        List<string> happened = ["fail"];

        await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IKeptClient>().RunAsync(happened, ServiceDesk.Ct));

        Assert.Equal(["fail", "class gone", "journal gone"], happened);
    }

    [Fact]
    public async Task A_service_that_is_missing_is_the_hosts_fault_and_says_which()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IKeptClient>().RunAsync([], ServiceDesk.Ct));

        Assert.Equal(WorkflowErrorCodes.HostMisconfigured, error.Code);
        Assert.Contains(nameof(Journal), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_may_have_keys_and_be_left_out()
    {
        await using var desk = await ServiceDesk.OpenAsync(static builder => builder.Services.AddKeyedSingleton("greeting", "Hello"));

        Assert.Equal("Hello, nothing", await desk.Client<IKeyedServicesClient>().RunAsync("x", ServiceDesk.Ct));
    }

    [Fact]
    public async Task The_context_of_the_run_tells_a_step_whom_it_serves()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var seen = await desk.Client<IWitnessClient>().RunAsync("x", "bravo", new RunOptions
        {
            EndUser = "eve",
            Labels = new Dictionary<string, string> { ["region"] = "eu" },
            MaxDuration = TimeSpan.FromHours(1),
        }, ServiceDesk.Ct);

        Assert.Equal(("witness", "bravo", "bravo", "eve", "eu", true), (seen.Workflow, seen.Tenant, seen.Profile, seen.EndUser, seen.Region, seen.HasDeadline));
        Assert.Equal(44, seen.RunId.Length);
    }

    [Fact]
    public async Task A_client_that_outlives_its_step_is_refused()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<ISmugglerClient>().RunAsync("x", "acme", ServiceDesk.Ct));

        Assert.Equal((WorkflowErrorCodes.StepContract, "Use"), (error.Code, error.Step));
        desk.AssertNoModelCall();
    }

    [Fact]
    public async Task Classes_may_be_internal_and_nested_deeply()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal("HELLO", await desk.Client<Outer.Inner.IShoutClient>().RunAsync("hello", ServiceDesk.Ct));
        Assert.False(typeof(Outer.Inner.IShoutClient).IsNestedPublic);
        Assert.True(typeof(Outer.Inner.IShoutClient).IsNestedAssembly);
    }

    [Fact]
    public async Task A_workflow_over_an_internal_type_has_an_internal_client()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal(2, await desk.Client<ICountHiddenClient>().RunAsync(new Hidden(["a", "b"]), ServiceDesk.Ct));
        Assert.True(typeof(ICountHiddenClient).IsNestedAssembly);
    }

    [Fact]
    public async Task Names_that_the_emitted_code_uses_itself_are_free_for_the_author()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal("run step workflow input class event", await desk.Client<ICollidingClient>().RunAsync("x", ServiceDesk.Ct));
    }

    public sealed class Journal : IDisposable
    {
        public int Entries { get; set; }

        public List<string>? Happened { get; set; }

        public void Dispose() => Happened?.Add("journal gone");
    }

    public sealed record Seen(string RunId, string Workflow, string? Tenant, string? Profile, string? EndUser, string Region, bool HasDeadline);

    internal sealed record Hidden(string[] Items);

    [Workflow("kept")]
    public sealed partial class Kept(Journal journal) : IWorkflow<List<string>, int>, IAsyncDisposable
    {
        [Step]
        public int Write(List<string> happened)
        {
            journal.Happened = happened;
            journal.Entries++;
            if (happened is ["fail"])
                throw new InvalidOperationException("no");
            happened.Add($"step of {journal.Entries}");
            return journal.Entries;
        }

        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            journal.Happened?.Add("class gone");
        }
    }

    [Workflow("keyed-services")]
    public sealed partial class KeyedServices([FromKeyedServices("greeting")] string greeting, Journal? journal = null) : IWorkflow<string, string>
    {
        [Step]
        public string Say([FromInput] string text) => $"{greeting}, {(journal is null ? "nothing" : "a journal")}";
    }

    [Workflow("witness")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Witness : IWorkflow<string, Seen>
    {
        [Step]
        public Seen Look(RunContext run) => new(run.RunId, run.Workflow, run.Tenant, run.ProfileName, run.EndUser, run.Labels["region"], run.Deadline is not null);
    }

    public sealed record Carried(IChatClient Chat);

    [Workflow("smuggler")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Smuggler : IWorkflow<string, string>
    {
        [Step]
        public Carried Take(IChatClient chat) => new(chat);

        [Step]
        public async Task<string> Use(Carried carried, CancellationToken ct) => (await carried.Chat.GetResponseAsync("x", cancellationToken: ct)).Text;
    }

    public sealed partial class Outer
    {
        internal sealed partial class Inner
        {
            [Workflow("shout")]
            internal sealed partial class Shout : IWorkflow<string, string>
            {
                [Step]
                private static string Up(string text) => text.ToUpperInvariant();
            }
        }
    }

    [Workflow("count-hidden")]
    internal sealed partial class CountHidden : IWorkflow<Hidden, int>
    {
        [Step]
        public int Count(Hidden hidden) => hidden.Items.Length;
    }

    public sealed record Run(string Text);

    public sealed record Step(string Text);

    public sealed record Fork(string Text);

    public sealed record Error(string Text);

    public sealed record Class(string Text);

    public sealed record Event(string Text);

    [Workflow("colliding")]
    public sealed partial class Colliding : IWorkflow<string, string>
    {
        [Step]
        public Run run() => new("run");

        [Step]
        public Step step() => new("step");

        [Step]
        public async Task<Fork> fork()
        {
            await Task.Yield();
            return new("workflow");
        }

        [Step]
        public Error error() => new("input");

        [Step]
        public Class @class() => new("class");

        [Step]
        public Event @event() => new("event");

        [Step]
        public string cancellationToken(Run run, Step step, Fork workflow, Error input, Class @class, Event @event) =>
            $"{run.Text} {step.Text} {workflow.Text} {input.Text} {@class.Text} {@event.Text}";
    }
}
