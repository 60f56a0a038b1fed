using KeyedWorkflows.Client.Tests.Scene;
using KeyedWorkflows.Server.Tests.Workflows;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Client.Tests;

/// <summary>How long a run is taken up again whose connections break.</summary>
public sealed class TakenUpTests
{
    private const string Ping = "event: ping\n\n";

    private static readonly Ticket Question = new("Where is my order?");

    private readonly HastyTime time = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_that_breaks_before_its_first_byte_is_taken_up()
    {
        await using var scene = await ClientScene.StartAsync();

        // On the machine's own clock, which does not begin with the run.
        var answers = new BrokenAnswers(static () => new ToldStream(), 1);
        await HostOf(scene, answers, TimeProvider.System).Get<IDeskClient>().RunAsync(Question, "acme_openai", Ct);

        Assert.Equal((2, 2), (answers.Streams, scene.Paid.Requests));
    }

    [Fact]
    public async Task A_connection_that_fell_silent_is_taken_up_though_its_last_sign_is_older_than_anything_is_tried_for()
    {
        await using var scene = await ClientScene.StartAsync();
        var answers = new BrokenAnswers(() => new ToldStream(FallSilentAsync), 1);

        await HostOf(scene, answers, time).Get<IDeskClient>().RunAsync(Question, "acme_openai", Ct);

        Assert.Equal(2, answers.Streams);
    }

    [Fact]
    public async Task A_quiet_run_behind_a_gateway_that_ends_every_connection_after_a_while_is_followed_as_long_as_it_takes()
    {
        await using var scene = await ClientScene.StartAsync();
        var answers = new BrokenAnswers(() => new ToldStream(PingAsync, PingAsync), 50);
        var begin = time.GetTimestamp();

        await HostOf(scene, answers, time).Get<IDeskClient>().RunAsync(Question, "acme_openai", Ct);

        Assert.Equal(51, answers.Streams);
        Assert.True(time.GetElapsedTime(begin) > TimeSpan.FromMinutes(10));
    }

    [Theory]
    [InlineData(null, WorkflowErrorCodes.ConnectionFailed)]
    [InlineData(Ping, WorkflowErrorCodes.ConnectionFailed)]
    [InlineData("id: 1\ndata: {\n\n", WorkflowErrorCodes.ServerFailed)]
    public async Task A_server_whose_every_connection_breaks_at_once_without_an_event_is_given_up(string? said, string code)
    {
        await using var scene = await ClientScene.StartAsync();
        var answers = new BrokenAnswers(() => said is null ? new ToldStream() : ToldStream.Of(said), 200);

        var failure = await Assert.ThrowsAsync<WorkflowRunException>(() => HostOf(scene, answers, time).Get<IDeskClient>().RunAsync(Question, "acme_openai", Ct));

        Assert.Equal(code, failure.Code);

        // In half a minute, and further apart each time.
        Assert.InRange(answers.Streams, 8, 16);
    }

    [Fact]
    public async Task A_server_that_stays_silent_is_given_up()
    {
        await using var scene = await ClientScene.StartAsync();
        var answers = new BrokenAnswers(() => new ToldStream(FallSilentAsync), 20);

        var failure = await Assert.ThrowsAsync<WorkflowRunException>(() => HostOf(scene, answers, time).Get<IDeskClient>().RunAsync(Question, "acme_openai", Ct));

        Assert.Equal((WorkflowErrorCodes.ConnectionFailed, 2), (failure.Code, answers.Streams));
    }

    private static ClientHost HostOf(ClientScene scene, BrokenAnswers answers, TimeProvider time) => scene.AddHost(more: services =>
    {
        services.AddSingleton(time);
        services.AddHttpClient(WorkflowClientOptions.HttpClientName).AddHttpMessageHandler(() => answers);
    });

    private async ValueTask<string> FallSilentAsync(CancellationToken cancellationToken)
    {
        time.Advance(TimeSpan.FromMinutes(1));
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return "";
    }

    private ValueTask<string> PingAsync(CancellationToken cancellationToken)
    {
        time.Advance(TimeSpan.FromSeconds(10));
        return ValueTask.FromResult(Ping);
    }
}
