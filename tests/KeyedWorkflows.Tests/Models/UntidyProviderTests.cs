using KeyedWorkflows.Runtime;
using KeyedWorkflows.Tests.Credentials;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Models;

/// <summary>Providers that hosts bring along, and that fail where ours do not: what they say of a key reaches nobody, and what they do to one client's call befalls no other.</summary>
public sealed class UntidyProviderTests
{
    private static readonly ChatMessage[] Question = [new(ChatRole.User, "hello")];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_provider_that_cannot_build_a_client_tells_no_key_to_a_layers_host(bool hasLayers)
    {
        // As .NET says it of a header's value.
        var provider = new FakeProvider("untidy", chat: context => throw new FormatException($"The format of value '{context.ApiKey!.Reveal()}' is invalid."));
        await using var scene = Open(provider, hasLayers);

        var error = await scene.FailureAsync(Ask(), "x", "untidy");

        Assert.Equal(WorkflowErrorCodes.ProviderFailed, error.Code);
        Assert.DoesNotContain(Key, error.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_fails_before_it_is_one_tells_no_key(bool hasLayers)
    {
        var provider = new FakeProvider("untidy", chat: context => new Untidy { Stream = () => throw new ArgumentException("bad key " + context.ApiKey!.Reveal()) });
        await using var scene = Open(provider, hasLayers);

        var error = await scene.FailureAsync(Stream(_ => { }), "x", "untidy");

        Assert.Equal(WorkflowErrorCodes.ProviderFailed, error.Code);
        Assert.DoesNotContain(Key, error.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_client_that_cannot_be_disposed_fails_nobodys_call()
    {
        var store = new InMemoryProfileStore(Profiles.Of("rotated", provider: "untidy"));
        var disposed = 0;
        var provider = new FakeProvider("untidy", chat: context => new Untidy
        {
            Disposed = () =>
            {
                disposed++;
                throw new InvalidOperationException("still in use: " + context.ApiKey!.Reveal());
            },
        });
        await using var scene = new Scene(services => WorkflowsBuilder.For(services).AddProvider(provider).AddProfileStore(store));

        await scene.RunAsync(Ask(), "x", "rotated");
        store.Set(Profiles.Of("rotated", provider: "untidy"));
        await scene.RunAsync(Ask(), "x", "rotated");
        await scene.RunAsync(Ask("untidy"), "x", Credential.ApiKey(Key));

        Assert.Equal(2, disposed);
    }

    [Fact]
    public async Task A_stream_of_pieces_that_say_nothing_is_not_kept_until_it_ends()
    {
        var sent = 0;
        await using var scene = Open(new FakeProvider("untidy", chat: _ => new Untidy { Stream = () => Nothings(() => sent++) }), hasLayers: false);
        var sentAtFirst = 0;

        await scene.RunAsync(Stream(_ => sentAtFirst = sentAtFirst == 0 ? sent : sentAtFirst), "x", "untidy");

        Assert.InRange(sentAtFirst, 1, 100);
        Assert.Equal(10_000, sent);
    }

    private static readonly string Key = Profiles.NewKey();

    private static Scene Open(FakeProvider provider, bool hasLayers) => new(services =>
    {
        var builder = WorkflowsBuilder.For(services).AddProvider(provider).AddProfile(Profiles.Of("untidy", provider: "untidy") with { ApiKey = Secret.From(Key) });
        if (hasLayers)
            builder.UseChatClient(client => new DelegatingLayer(client));
    });

    private static TestExecutor<Nothing, string, string> Ask(string? provider = null) => Written.Of(
        Written.Describe("paid", [provider is null ? Written.Main : Written.Main with { Providers = [provider] }], Written.Steps("Ask")),
        (emitted, _) => emitted.StepAsync(0, async scope => (await scope.ChatClient(0).GetResponseAsync(Question, null, scope.CancellationToken)).Text));

    private static TestExecutor<Nothing, string, string> Stream(Action<ChatResponseUpdate> seen) => Written.Paid(Written.Steps("Ask"), (emitted, _) => emitted.StepAsync(0, async scope =>
    {
        await foreach (var update in scope.ChatClient(0).GetStreamingResponseAsync(Question, null, scope.CancellationToken))
            seen(update);
        return "";
    }));

    private static async IAsyncEnumerable<ChatResponseUpdate> Nothings(Action sent)
    {
        for (var i = 0; i < 10_000; i++)
        {
            sent();
            yield return new ChatResponseUpdate(ChatRole.Assistant, "");
        }
        await Task.CompletedTask;
    }

    private sealed class DelegatingLayer(IChatClient inner) : DelegatingChatClient(inner);

    private sealed class Untidy : IChatClient
    {
        public Func<IAsyncEnumerable<ChatResponseUpdate>>? Stream { get; init; }

        public Action? Disposed { get; init; }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => Task.FromResult(FakeModel.Text("ok"));

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => Stream!();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() => Disposed?.Invoke();
    }
}
