using System.Collections.Concurrent;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>Independent steps run side by side; every step whose parameters are present runs; the first failure ends the run.</summary>
public sealed partial class OrderTests
{
    [Fact]
    public async Task Independent_steps_run_side_by_side_started_in_the_order_of_declaration()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var meeting = new Meeting();

        Assert.Equal("left right", await desk.Client<ISideBySideClient>().RunAsync(meeting, ServiceDesk.Ct));

        Assert.Equal(["left in", "right in"], meeting.Happened);
    }

    [Fact]
    public async Task After_orders_without_data()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var meeting = new Meeting();

        await desk.Client<IOrderedClient>().RunAsync(meeting, ServiceDesk.Ct);

        Assert.Equal(["first", "second", "third"], meeting.Happened);
    }

    [Fact]
    public async Task Steps_that_nobody_consumes_run_and_the_run_ends_when_all_have_ended()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var meeting = new Meeting();

        Assert.Equal("done", await desk.Client<ISideEffectClient>().RunAsync(meeting, ServiceDesk.Ct));

        Assert.Equal(["saved"], meeting.Happened);
    }

    [Fact]
    public async Task The_first_failure_in_time_cancels_the_siblings_which_are_awaited()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var meeting = new Meeting();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IFailingForkClient>().RunAsync(meeting, ServiceDesk.Ct));

        Assert.Equal("Breaks", error.Step);
        Assert.IsType<InvalidOperationException>(error.InnerException);
        Assert.Equal(["waits", "cancelled", "cleaned up"], meeting.Happened);
    }

    [Fact]
    public async Task Prompts_that_need_nothing_of_each_other_are_asked_at_once()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var gate = new KeyedWorkflows.Testing.ModelServerGate();
        desk.Server.When(static _ => true).HoldUntil(gate).Answer("yes");

        var running = desk.Client<ITwoQuestionsClient>().RunAsync("x", "acme", ServiceDesk.Ct);
        await gate.ArrivedAsync(2, ServiceDesk.Ct);
        gate.Open();

        Assert.Equal("yes yes", await running);
    }

    [Fact]
    public async Task A_longer_graph_runs_every_step_once_after_what_it_needs()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var meeting = new Meeting();

        Assert.Equal("a(b c)(d) e", await desk.Client<IDiamondsClient>().RunAsync(meeting, ServiceDesk.Ct));

        Assert.Equal(6, meeting.Happened.Count);
    }

    /// <summary>The input: where the steps of a run note what they do, and wait for each other.</summary>
    public sealed class Meeting
    {
        public ConcurrentQueue<string> Happened { get; } = [];

        public TaskCompletionSource Both { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public T Note<T>(string text, T result)
        {
            Happened.Enqueue(text);
            return result;
        }
    }

    public sealed record Left(string Text);

    public sealed record Right(string Text);

    public sealed record Middle(string Text);

    public sealed record End(string Text);

    [Workflow("side-by-side")]
    public sealed partial class SideBySide : IWorkflow<Meeting, string>
    {
        [Step]
        public async Task<Left> GoLeft(Meeting meeting)
        {
            meeting.Note("left in", 0);
            await meeting.Both.Task;
            return new("left");
        }

        [Step]
        public Right GoRight(Meeting meeting)
        {
            meeting.Note("right in", 0);
            meeting.Both.SetResult();
            return new("right");
        }

        [Step]
        public string Join(Left left, Right right) => $"{left.Text} {right.Text}";
    }

    [Workflow("ordered")]
    public sealed partial class Ordered : IWorkflow<Meeting, string>
    {
        [Step(After = [nameof(Second)])]
        public string Third(Meeting meeting) => meeting.Note("third", "done");

        [Step(After = [nameof(First)])]
        public Task Second(Meeting meeting) => meeting.Note("second", Task.CompletedTask);

        [Step]
        public async Task First(Meeting meeting)
        {
            await Task.Yield();
            meeting.Note("first", 0);
        }
    }

    [Workflow("side-effect")]
    public sealed partial class SideEffect : IWorkflow<Meeting, string>
    {
        [Step]
        [Output]
        public string Answer(Meeting meeting) => "done";

        [Step]
        public async Task Save(string answer, Meeting meeting)
        {
            await Task.Yield();
            meeting.Note("saved", 0);
        }
    }

    [Workflow("failing-fork")]
    public sealed partial class FailingFork : IWorkflow<Meeting, string>
    {
        [Step]
        public async Task<Left> Waits(Meeting meeting, CancellationToken ct)
        {
            meeting.Note("waits", 0);
            meeting.Both.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, ct);
            }
            catch (OperationCanceledException)
            {
                meeting.Note("cancelled", 0);
                await Task.Yield();
                meeting.Note("cleaned up", 0);
                throw;
            }
            return new("never");
        }

        [Step]
        public async Task<Right> Breaks(Meeting meeting)
        {
            await meeting.Both.Task;
            throw new InvalidOperationException("no");
        }

        [Step]
        public string Join(Left left, Right right, Meeting meeting) => meeting.Note("joined", "never");
    }

    [Workflow("two-questions")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class TwoQuestions : IWorkflow<string, string>
    {
        [Prompt("Is {{text}} good?")]
        public partial Task<string> IsGood([FromInput] string text, Microsoft.Extensions.AI.IChatClient chat, CancellationToken ct);

        [Prompt("Is {{text}} kind?")]
        public partial Task<string> IsKind([FromInput] string text, Microsoft.Extensions.AI.IChatClient chat, CancellationToken ct);

        [Step]
        public string Join([From(nameof(IsGood))] string good, [From(nameof(IsKind))] string kind) => $"{good} {kind}";
    }

    [Workflow("diamonds")]
    public sealed partial class Diamonds : IWorkflow<Meeting, string>
    {
        [Step]
        public async Task<Left> A(Meeting meeting)
        {
            await Task.Yield();
            return meeting.Note("a", new Left("a"));
        }

        [Step]
        public async Task<Middle> B(Left a, Meeting meeting)
        {
            await Task.Yield();
            return meeting.Note("b", new Middle("b"));
        }

        [Step]
        public Right C(Left a, Meeting meeting) => meeting.Note("c", new Right("c"));

        [Step]
        public async Task<int> D(Middle b, Right c, Meeting meeting)
        {
            await Task.Yield();
            return meeting.Note("d", 4);
        }

        [Step]
        public End E(Right c, Meeting meeting) => meeting.Note("e", new End("e"));

        [Step]
        public string Join(Left a, Middle b, Right c, int d, End e, Meeting meeting) => meeting.Note("join", $"{a.Text}({b.Text} {c.Text})({(d == 4 ? 'd' : '?')}) {e.Text}");
    }
}
