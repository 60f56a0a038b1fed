using KeyedWorkflows.Client.Tests.Scene;
using KeyedWorkflows.Server.Tests.Workflows;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace KeyedWorkflows.Client.Tests;

public sealed class StopTests
{
    private static readonly StoryInput Fox = new("a fox");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_callers_cancellation_stops_the_run_and_is_the_callers()
    {
        await using var scene = await ClientScene.StartAsync();
        var gate = Hold(scene);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        var running = scene.Get<IStoryClient>().RunAsync(Fox, "acme_openai", cancellation.Token);
        await gate.ArrivedAsync(1, Ct);
        await cancellation.CancelAsync();
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Equal(cancellation.Token, thrown.CancellationToken);
        await AssertStoppedAsync(scene);
    }

    [Fact]
    public async Task A_cancelled_stream_ends_with_the_event_that_it_ends_with_in_process()
    {
        await using var scene = await ClientScene.StartAsync();
        var gate = Hold(scene);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var last = default(WorkflowEvent);

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var happened in scene.Get<IStoryClient>().StreamAsync(Fox, "acme_openai", cancellation.Token))
            {
                last = happened;
                if (happened is not StepStartedEvent)
                    continue;
                await gate.ArrivedAsync(1, Ct);
                await cancellation.CancelAsync();
            }
        });

        Assert.Equal(cancellation.Token, thrown.CancellationToken);
        var failed = Assert.IsType<RunFailedEvent>(last);
        Assert.Equal((RunStatus.Stopped, WorkflowErrorCodes.Stopped), (failed.Status, failed.Code));
        await AssertStoppedAsync(scene);
    }

    [Fact]
    public async Task Leaving_the_events_stops_the_run()
    {
        await using var scene = await ClientScene.StartAsync();
        var gate = Hold(scene);

        await foreach (var happened in scene.Get<IStoryClient>().StreamAsync(Fox, "acme_openai", Ct))
        {
            if (happened is not StepStartedEvent)
                continue;
            await gate.ArrivedAsync(1, Ct);
            break;
        }

        await AssertStoppedAsync(scene);
    }

    [Fact]
    public async Task A_handle_stops_its_run()
    {
        await using var scene = await ClientScene.StartAsync();
        var gate = Hold(scene);
        var run = await scene.Get<IStoryClient>().StartAsync(Fox, "acme_openai", Ct);
        await gate.ArrivedAsync(1, Ct);

        await run.CancelAsync(Ct);

        Assert.Equal(RunStatus.Stopped, run.Status);
        Assert.Equal(WorkflowErrorCodes.Stopped, (await Assert.ThrowsAsync<WorkflowRunException>(() => run.Output)).Code);
        await AssertStoppedAsync(scene);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_it_begins_begins_nothing()
    {
        await using var scene = await ClientScene.StartAsync();
        var (line, host) = scene.AddLine();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Get<IStoryClient>().RunAsync(Fox, "acme_openai", new CancellationToken(true)));

        Assert.Equal(0, line.Connections);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_while_the_answer_to_its_begin_is_lost_stops_the_run()
    {
        await using var scene = await ClientScene.StartAsync();
        Hold(scene);
        await using var line = CutLine.To(scene.Server.Address);
        var host = HostOf(scene, line, new FakeTimeProvider());
        using var cancellation = new CancellationTokenSource();

        // On a clock that stands: the begin is not sent again by itself.
        line.CutAtAnswer();
        var running = host.Get<IStoryClient>().RunAsync(Fox, "acme_openai", cancellation.Token);
        await host.Logs.WaitForAsync("it is tried again", Ct);
        await cancellation.CancelAsync();
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Equal(cancellation.Token, thrown.CancellationToken);
        await AssertStoppedAsync(scene);
    }

    [Fact]
    public async Task A_run_that_may_go_on_because_nobody_can_be_told_to_stop_it_is_logged()
    {
        await using var scene = await ClientScene.StartAsync();
        Hold(scene);
        await using var line = CutLine.To(scene.Server.Address);
        var time = new FakeTimeProvider();
        var host = HostOf(scene, line, time);
        using var cancellation = new CancellationTokenSource();

        line.CutAtAnswer();
        var running = host.Get<IStoryClient>().RunAsync(Fox, "acme_openai", cancellation.Token);
        await host.Logs.WaitForAsync("it is tried again", Ct);
        line.Pause();
        await cancellation.CancelAsync();
        time.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Contains("It may go on, and cost", host.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_while_the_server_is_down_asks_for_no_run()
    {
        await using var scene = await ClientScene.StartAsync();
        await using var line = CutLine.Down(scene.Server.Address);
        var host = HostOf(scene, line, new FakeTimeProvider());
        using var cancellation = new CancellationTokenSource();

        var running = host.Get<IStoryClient>().RunAsync(Fox, "acme_openai", cancellation.Token);
        await host.Logs.WaitForAsync("it is tried again", Ct);
        line.Up();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Equal(0, line.Connections);
        Assert.DoesNotContain("It may go on", host.Logs.Text, StringComparison.Ordinal);
    }

    private static ClientHost HostOf(ClientScene scene, CutLine line, FakeTimeProvider time) =>
        scene.AddHost(line.Address, more: services => services.AddSingleton<TimeProvider>(time));

    private static ModelServerGate Hold(ClientScene scene)
    {
        var gate = new ModelServerGate();
        scene.Models.When(request => request.LastUserMessage == "Begin: a fox").HoldUntil(gate).Stream("Once");
        return gate;
    }

    /// <summary>The server's word, and not the client's: there is one run, and it is stopped.</summary>
    private static async Task AssertStoppedAsync(ClientScene scene)
    {
        using var caller = scene.Server.Anyone(scene.Token.Reveal());
        foreach (var runs in (string[])["workflows/logs", "workflows/logs?status=stopped"])
            Assert.Contains("\"total\":1", await caller.GetStringAsync(runs, Ct), StringComparison.Ordinal);
    }
}
