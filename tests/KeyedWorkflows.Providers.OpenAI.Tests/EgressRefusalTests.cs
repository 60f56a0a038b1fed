using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Providers.OpenAI.Tests;

/// <summary>An endpoint that a caller named, on the product's own transport for those.</summary>
public sealed class EgressRefusalTests
{
    private static readonly ModelCallPolicy Policy = new(new ModelCallPolicyOptions { FirstDelay = TimeSpan.FromMilliseconds(1) }, TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_callers_endpoint_with_a_private_address_is_refused_as_such_and_not_tried_again()
    {
        var network = new OneName(IPAddress.Loopback);
        using var transport = ModelTransport.ForCallers(network);
        var context = Context(transport, new Uri("https://models.example/v1"));
        var provider = new OpenAIModelProvider(new OpenAIOptions());
        using var chat = provider.CreateChatClient(context);
        using var embeddings = provider.CreateEmbeddingGenerator(context);

        AssertIsRefusal(await TryAsync(async token => await Faults.OfAnswerAsync(chat)));
        Assert.Equal(1, network.LookUps);
        AssertIsRefusal(await TryAsync(async token => await Faults.OfStreamAsync(chat)));
        Assert.Equal(2, network.LookUps);
        AssertIsRefusal(await TryAsync(async token => await Assert.ThrowsAsync<ModelCallException>(() => embeddings.GenerateAsync(["a"], cancellationToken: token))));
        Assert.Equal(3, network.LookUps);
        Assert.Equal(0, network.Dials);
    }

    [Fact]
    public async Task A_public_address_that_cannot_be_reached_is_a_failed_connection_which_may_pass()
    {
        using var transport = ModelTransport.ForCallers(new OneName(IPAddress.Parse("93.184.216.34")));
        using var chat = new OpenAIModelProvider(new OpenAIOptions()).CreateChatClient(Context(transport, new Uri("https://models.example/v1")));

        var fault = await Faults.OfAnswerAsync(chat);

        Assert.Equal((WorkflowErrorCodes.ConnectionFailed, true), (fault.Code, fault.IsTransient));
        Assert.DoesNotContain("93.184", fault.Message, StringComparison.Ordinal);
    }

    private static ModelClientContext Context(ModelTransport transport, Uri endpoint) => new() { Model = "gpt-test", ApiKey = Secret.From(Scene.NewKey()), Endpoint = endpoint, Transport = transport };

    /// <summary>As the runtime calls: what may pass is tried again.</summary>
    private static async Task<ModelCallException> TryAsync(Func<CancellationToken, Task<ModelCallException>> call) => await Assert.ThrowsAsync<ModelCallException>(async () =>
        await Policy.ExecuteAsync<Func<CancellationToken, Task<ModelCallException>>, int>(static async (call, token) => throw await call(token), call, Token));

    private static void AssertIsRefusal(ModelCallException fault)
    {
        Assert.Equal((WorkflowErrorCodes.RequestRefused, false), (fault.Code, fault.IsTransient));
        Assert.Contains("no public address", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Every name stands for one address, and none can be reached.</summary>
    private sealed class OneName(IPAddress address) : IEgressNetwork
    {
        private int lookUps;
        private int dials;

        public int LookUps => lookUps;

        public int Dials => dials;

        public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref lookUps);
            return Task.FromResult<IPAddress[]>([address]);
        }

        public ValueTask<Stream> ConnectAsync(IPEndPoint target, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref dials);
            throw new SocketException((int)SocketError.NetworkUnreachable);
        }
    }
}
