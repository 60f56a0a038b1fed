using System.Net.Sockets;
using System.Security.Authentication;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Providers.OpenAI.Tests;

public sealed class ConnectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_not_there_is_a_failed_connection()
    {
        var scene = await Scene.StartAsync();
        var chat = scene.Chat();
        await scene.Server.DisposeAsync();
        var fault = await Faults.OfAnswerAsync(chat);
        await scene.DisposeAsync();

        Assert.Equal((WorkflowErrorCodes.ConnectionFailed, true, (int?)null), (fault.Code, fault.IsTransient, fault.StatusCode));
    }

    [Fact]
    public async Task A_connection_that_ends_before_the_answer_is_a_failed_connection()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.FailNext(ModelServerFault.CutConnection(), times: 4);

        Assert.Equal((WorkflowErrorCodes.ConnectionFailed, true), await CodeAsync(scene.Chat()));
    }

    [Fact]
    public async Task A_connection_that_ends_inside_the_answer_is_a_failed_connection()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.FailNext(ModelServerFault.CutStream());

        Assert.Equal((WorkflowErrorCodes.ConnectionFailed, true), await CodeAsync(scene.Chat()));
    }

    [Fact]
    public async Task The_callers_cancellation_is_a_cancellation_with_the_callers_token()
    {
        await using var scene = await Scene.StartAsync();
        ModelServerGate gate = new();
        scene.Server.Answer(ModelAnswer.Text("Hello") with { Gate = gate });
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = scene.Chat().GetResponseAsync("Hi", cancellationToken: caller.Token);
        await gate.ArrivedAsync(1, Token);
        await caller.CancelAsync();

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(caller.Token, cancelled.CancellationToken);
        Assert.Null(cancelled.InnerException);
        gate.Open();
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_it_begins_sends_nothing()
    {
        await using var scene = await Scene.StartAsync();
        using CancellationTokenSource caller = new();
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.Chat().GetResponseAsync("Hi", cancellationToken: caller.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.Embeddings().GenerateAsync(["a"], cancellationToken: caller.Token));
        Assert.Empty(scene.Server.Requests);
    }

    [Fact]
    public async Task Broken_json_is_a_fault_of_the_provider()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.FailNext(ModelServerFault.Malformed());

        Assert.Equal((WorkflowErrorCodes.ProviderFailed, true), await CodeAsync(scene.Chat()));
    }

    [Fact]
    public async Task An_answer_without_a_choice_is_a_fault_of_the_provider()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.FailNext(ModelServerFault.NoChoices());

        Assert.Equal((WorkflowErrorCodes.ProviderFailed, true), await CodeAsync(scene.Chat()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"Hello\"")]
    [InlineData("<html></html>")]
    [InlineData("""{"error":{"message":"m","code":500}}""")]
    [InlineData("""{"choices":[{"message":null}]}""")]
    [InlineData("""{"choices":7}""")]
    public async Task A_success_that_is_none_is_a_fault_of_the_provider(string body) =>
        Assert.Equal((WorkflowErrorCodes.ProviderFailed, true), await CodeAsync(CannedTransport.Answering(200, body).Chat()));

    [Fact]
    public async Task A_certificate_that_is_not_accepted_is_not_tried_again()
    {
        var chat = CannedTransport.Throwing(() => new HttpRequestException(HttpRequestError.SecureConnectionError, "bad", new AuthenticationException("bad"))).Chat();

        Assert.Equal((WorkflowErrorCodes.ConnectionFailed, false), await CodeAsync(chat));
    }

    [Fact]
    public async Task What_the_transport_refuses_stays_as_it_is()
    {
        ModelCallException refused = new(WorkflowErrorCodes.RequestRefused, "refused by the transport");
        var chat = CannedTransport.Throwing(() => new HttpRequestException("outer", refused)).Chat();

        Assert.Same(refused, await Assert.ThrowsAsync<ModelCallException>(() => chat.GetResponseAsync("Hi", cancellationToken: Token)));
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(SocketException))]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(TaskCanceledException))]
    [InlineData(typeof(HttpRequestException))]
    public async Task Faults_of_the_network_are_failed_connections_however_deep(Type type)
    {
        Func<Exception> error = () => new AggregateException(new InvalidOperationException("outer", (Exception)Activator.CreateInstance(type)!));

        Assert.Equal((WorkflowErrorCodes.ConnectionFailed, true), await CodeAsync(CannedTransport.Throwing(error).Chat()));
        Assert.Equal(WorkflowErrorCodes.ConnectionFailed, (await Faults.OfStreamAsync(CannedTransport.Throwing(error).Chat())).Code);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(408)]
    public async Task Nothing_is_tried_twice_here(int status)
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.When(_ => true).Fail(ModelServerFault.Error(status, null, "no"));

        await Faults.OfAnswerAsync(scene.Chat());
        Assert.Single(scene.Server.Requests);
        await Faults.OfStreamAsync(scene.Chat());
        Assert.Equal(2, scene.Server.Requests.Count);
        await Assert.ThrowsAsync<ModelCallException>(() => scene.Embeddings().GenerateAsync(["a"], cancellationToken: Token));
        Assert.Equal(3, scene.Server.Requests.Count);
    }

    [Fact]
    public async Task No_redirect_is_followed()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.FailNext(ModelServerFault.Redirect(new Uri(scene.Server.AzureEndpoint + "/chat/completions")), times: 2);

        Assert.Equal((WorkflowErrorCodes.RequestRefused, false), await CodeAsync(scene.Chat()));
        Assert.Equal(WorkflowErrorCodes.RequestRefused, (await Faults.OfStreamAsync(scene.Chat())).Code);
        Assert.Equal(2, scene.Server.Requests.Count);
    }

    private static async Task<(string Code, bool IsTransient)> CodeAsync(IChatClient chat) => await Faults.OfAnswerAsync(chat) is var fault ? (fault.Code, fault.IsTransient) : default;
}
