using System.Net.Sockets;
using KeyedWorkflows.Client.Tests.Scene;
using KeyedWorkflows.Server.Tests.Workflows;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Client.Tests;

public sealed class ConnectionTests
{
    private static readonly Ticket Question = new("Where is my order?");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_that_is_cut_is_taken_up_where_it_broke_and_paid_once()
    {
        await using var scene = await ClientScene.StartAsync();
        var gate = new ModelServerGate();
        scene.Models.When(request => request.LastUserMessage == "Begin: a fox").HoldUntil(gate, afterChunks: 1).Stream("Once ", "upon");
        var (line, host) = scene.AddLine();
        var events = new List<WorkflowEvent>();

        await foreach (var happened in host.Get<IStoryClient>().StreamAsync(new StoryInput("a fox"), "acme_openai", Ct))
        {
            events.Add(happened);
            if (happened is not TextDeltaEvent { Text: "Once " })
                continue;
            line.Cut();
            gate.Open();
        }

        Assert.Equal(["Once ", "upon"], events.OfType<TextDeltaEvent>().Where(static text => text.Step == "Begin").Select(static text => text.Text));
        Assert.Single(events.OfType<RunStartedEvent>());
        Assert.IsType<RunFinishedEvent<StoryOutput>>(events[^1]);
        Assert.Equal(3, scene.Paid.Requests);
        Assert.True(line.Connections > 1);
    }

    [Fact]
    public async Task A_started_run_outlives_its_connections()
    {
        await using var scene = await ClientScene.StartAsync();
        var gate = new ModelServerGate();
        scene.Models.When(request => request.LastUserMessage == "Begin: a fox").HoldUntil(gate).Stream("Once");
        var (line, host) = scene.AddLine();

        var run = await host.Get<IStoryClient>().StartAsync(new StoryInput("a fox"), "acme_openai", Ct);
        Assert.Equal((RunStatus.Running, "acme_openai"), (run.Status, run.Binding.Slots[0].ProfileName));
        await gate.ArrivedAsync(1, Ct);
        line.Cut();
        gate.Open();
        var output = await run.Output;

        Assert.StartsWith("Once ", output.Text, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal((3, 3), (scene.Paid.Requests, run.Usage.Calls));
        var events = new List<WorkflowEvent>();
        await foreach (var happened in run.Events)
            events.Add(happened);
        Assert.IsType<RunStartedEvent>(events[0]);
        Assert.IsType<RunFinishedEvent<StoryOutput>>(events[^1]);
        Assert.Equal(44, run.RunId.Length);
    }

    [Fact]
    public async Task A_server_that_is_down_and_comes_up_runs_the_workflow()
    {
        await using var scene = await ClientScene.StartAsync();
        var line = CutLine.Down(scene.Server.Address);
        var (_, host) = scene.AddLine(line);

        var running = host.Get<IDeskClient>().RunAsync(Question, "acme_openai", Ct);
        await host.Logs.WaitForAsync("it is tried again", Ct);
        line.Up();

        Assert.Equal("delivery", (await running).TopicName);
        Assert.Equal(2, scene.Paid.Requests);
    }

    [Fact]
    public async Task A_request_whose_connection_is_reset_is_sent_again_and_paid_once()
    {
        await using var scene = await ClientScene.StartAsync();
        var (line, host) = scene.AddLine(CutLine.To(scene.Server.Address, resets: 2));

        await host.Get<IDeskClient>().RunAsync(Question, "acme_openai", Ct);

        Assert.Equal(2, scene.Paid.Requests);
        Assert.Equal(3, line.Connections);
    }

    [Theory]
    [InlineData(typeof(SocketException))]
    [InlineData(typeof(IOException))]
    public async Task A_connection_that_goes_while_it_is_made_is_tried_again(Type fault)
    {
        await using var scene = await ClientScene.StartAsync();
        var handler = new Failing((Exception)Activator.CreateInstance(fault)!);
        var host = scene.AddHost(more: services => services.AddHttpClient(WorkflowClientOptions.HttpClientName).AddHttpMessageHandler(() => handler));

        await host.Get<IDeskClient>().RunAsync(Question, "acme_openai", Ct);

        Assert.Equal(2, scene.Paid.Requests);
    }

    [Fact]
    public async Task A_request_whose_answer_is_lost_is_that_of_the_same_run_when_it_is_sent_again()
    {
        await using var scene = await ClientScene.StartAsync();
        var (line, host) = scene.AddLine();
        line.CutAtAnswer();

        var reply = await host.Get<IDeskClient>().RunAsync(Question, "acme_openai", Ct);

        Assert.Equal("It is on its way.", reply.Text);
        Assert.Equal(2, scene.Paid.Requests);
        Assert.True(line.Connections > 1);
        Assert.Single(scene.Models.Requests, static request => request.LastUserMessage.StartsWith("Which topic", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refusal_is_not_asked_for_twice()
    {
        await using var scene = await ClientScene.StartAsync();

        await Assert.ThrowsAsync<WorkflowRunException>(() => scene.Get<IDeskClient>().RunAsync(Question, "acme_other", Ct));

        Assert.DoesNotContain("it is tried again", scene.Host.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_when_it_says()
    {
        await using var scene = await ClientScene.StartAsync(token: token => token.Draft = token.Draft with { ConcurrentRuns = 1 });
        var gate = new ModelServerGate();
        scene.Models.When(request => request.LastUserMessage == "Begin: a fox").HoldUntil(gate).Stream("Once");
        var first = await scene.Get<IStoryClient>().StartAsync(new StoryInput("a fox"), "acme_openai", Ct);

        var second = scene.Get<IDeskClient>().RunAsync(Question, "acme_openai", Ct);
        await scene.Host.Logs.WaitForAsync("it is tried again", Ct);
        gate.Open();

        Assert.Equal("delivery", (await second).TopicName);
        await first.Output;
    }

    /// <summary>The runtime does not make an exception of requests of all that befalls a connection.</summary>
    private sealed class Failing(Exception first) : DelegatingHandler
    {
        private Exception? next = first;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Interlocked.Exchange(ref next, null) is { } fault ? Task.FromException<HttpResponseMessage>(fault) : base.SendAsync(request, cancellationToken);
    }
}
