using System.Collections.Concurrent;
using System.Diagnostics;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Tests.Credentials;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using EventLog = KeyedWorkflows.Tests.Runtime.EventLog;

namespace KeyedWorkflows.Tests.Models;

/// <summary>What hosts put around chat clients with <c>UseChatClient</c>.</summary>
public sealed class ChatClientLayerTests
{
    private static readonly ChatMessage[] Question = [new(ChatRole.User, "hello")];

    [Fact]
    public async Task A_layer_is_made_once_for_each_profile_revision_and_model_and_sees_every_call()
    {
        List<string?> made = [];
        var calls = 0;
        await using var scene = Open(w => w.UseChatClient((client, context) =>
        {
            made.Add($"{context.ProfileName} {context.ProfileId} {context.Tenant} {context.Provider} {context.Model} {context.Services.GetService<TimeProvider>() is not null}");
            return new Counting(client, () => calls++);
        }));

        foreach (var profile in new[] { "acme", "house", "acme" })
            await scene.RunAsync(Ask(), "x", profile);

        Assert.Equal(["acme id-acme acme fake model-1 True", "house id-house  fake model-1 True"], made);
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task The_layer_that_is_added_first_lies_outermost()
    {
        List<string> order = [];
        await using var scene = Open(w => w.UseChatClient(client => new Counting(client, () => order.Add("first"))).UseChatClient(client => new Counting(client, () => order.Add("second"))));

        await scene.RunAsync(Ask(), "x", "acme");

        Assert.Equal(["first", "second"], order);
    }

    [Fact]
    public async Task A_layer_may_be_for_one_workflow_or_slot()
    {
        List<string> seen = [];
        await using var scene = Open(w => w
            .UseChatClient((client, _) => new Counting(client, () => seen.Add("one")), workflow: "one")
            .UseChatClient((client, _) => new Counting(client, () => seen.Add("main")), slot: "main")
            .UseChatClient((client, _) => new Counting(client, () => seen.Add("one judge")), workflow: "one", slot: "judge"));

        await scene.RunAsync(Ask("one", "main"), "x", "acme");
        await scene.RunAsync(Ask("one", "judge"), "x", "acme");
        await scene.RunAsync(Ask("two", "main"), "x", "acme");
        await scene.RunAsync(Ask("two", "judge"), "x", "acme");

        Assert.Equal(["one", "main", "one", "one judge", "main"], seen);
        Assert.Equal(4, scene.Model.Contexts.Count);
    }

    [Fact]
    public async Task A_layer_cannot_reach_the_providers_client()
    {
        List<object?> reached = [];
        object? Note(object shown)
        {
            reached.Add(shown);
            return null;
        }
        await using var scene = Open(w => w.UseChatClient(client =>
        {
            reached.AddRange([client.GetService<IChatClient>(), client.GetService(typeof(object)), client.GetService<ChatClientMetadata>(), client.GetService(typeof(IChatClient), "key")]);
            return new Counting(client, () => { });
        }));

        await scene.RunAsync(Written.Paid(Written.Steps("Ask"), (emitted, _) => emitted.StepAsync(0, async scope =>
        {
            var options = new ChatOptions { RawRepresentationFactory = shown => Note(shown) };
            await scope.ChatClient(0).GetResponseAsync(Question, options, scope.CancellationToken);
            scene.Model.Requests.Last().Options!.RawRepresentationFactory!(new Counting(null!, () => { }));
            return "";
        })), "x", "acme");

        Assert.Contains(reached, one => one is not null);
        Assert.All(reached, one => Assert.True(one is null or GuardedChatClient or BoundChatClient, one?.GetType().Name));
    }

    [Fact]
    public async Task Beneath_a_layer_each_request_is_counted_and_booked_and_an_answer_of_the_layers_own_is_not()
    {
        await using var scene = Open(w => w.UseChatClient(client => new Repeating(client, 3)));
        var events = new EventLog();
        await scene.RunAsync(Ask(), "x", null, events, "acme");
        Assert.Equal(new RunUsage(3, 30, 15), events.Single<RunFinishedEvent<string>>().Usage);

        await using var answering = Open(w => w.UseChatClient(client => new Repeating(client, 0)));
        var none = new EventLog();
        await answering.RunAsync(Ask(), "x", null, none, "acme");
        Assert.Equal(default, none.Single<RunFinishedEvent<string>>().Usage);
        Assert.Empty(answering.Model.Requests);
    }

    [Fact]
    public async Task Beneath_a_layer_the_ceiling_of_calls_holds()
    {
        await using var scene = Open(w => w.UseChatClient(client => new Repeating(client, 50)));

        Assert.Equal(WorkflowErrorCodes.CallLimitReached, (await scene.FailureAsync(Ask(), "x", "acme", new RunOptions { MaxCalls = 5 })).Code);
        Assert.Equal(5, scene.Model.Requests.Count);
    }

    [Fact]
    public async Task Beneath_a_layer_a_revocation_stops_the_next_request()
    {
        var store = new InMemoryProfileStore(Profiles.Of("client", "beta", "fake"));
        await using var scene = Open(w => w.AddProfileStore(store).UseChatClient(client => new Repeating(client, 5)));
        scene.Model.Answers((_, _) =>
        {
            store.Remove("client");
            return Task.FromResult(FakeModel.Text("one"));
        });

        Assert.Equal(WorkflowErrorCodes.ProfileDisabled, (await scene.FailureAsync(Ask(), "x", "client")).Code);
        Assert.Single(scene.Model.Requests);
    }

    [Fact]
    public async Task A_layer_that_waits_does_not_send_under_a_profile_that_is_revoked_meanwhile()
    {
        var store = new InMemoryProfileStore(Profiles.Of("client", "beta", "fake"));
        await using var scene = Open(w => w.AddProfileStore(store).UseChatClient(client => new Counting(client, () => store.Remove("client"))));

        Assert.Equal(WorkflowErrorCodes.ProfileDisabled, (await scene.FailureAsync(Ask(), "x", "client")).Code);
        Assert.Empty(scene.Model.Requests);
    }

    [Fact]
    public async Task Beneath_a_layer_a_rotation_starts_the_call_anew_under_the_new_key()
    {
        var store = new InMemoryProfileStore(Profiles.Of("client", "beta", "fake"));
        await using var scene = new Scene(services =>
        {
            WorkflowsBuilder.For(services).AddProfileStore(store).UseChatClient(client => new Repeating(client, 2));
            services.Configure<ModelCallPolicyOptions>(options => (options.MaxRetries, options.FirstDelay) = (1, TimeSpan.Zero));
        });
        scene.Model.Answers((_, _) =>
        {
            store.Set(Profiles.Of("client", "beta", "fake") with { ApiKey = Secret.From("key-rotated") });
            return Task.FromResult(FakeModel.Text("one"));
        });

        var run = scene.RunAsync(Ask(), "x", "client");
        while (!run.IsCompleted)
        {
            scene.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await run;

        Assert.Equal([false, true, true], scene.Model.Requests.Select(request => Secret.From("key-rotated").Equals(request.Context.ApiKey)));
    }

    [Fact]
    public async Task A_layer_that_streams_is_booked_alike()
    {
        await using var scene = Open(w => w.UseChatClient(client => new Counting(client, () => { })));
        var events = new EventLog();

        await scene.RunAsync(Written.Paid(Written.Steps("Ask"), (emitted, _) => emitted.StepAsync(0, async scope =>
            string.Concat(await scope.ChatClient(0).GetStreamingResponseAsync(Question, null, scope.CancellationToken).Select(update => update.Text).ToListAsync(scope.CancellationToken)))), "x", null, events, "acme");

        Assert.Equal(new RunUsage(1, 10, 5), events.Single<RunFinishedEvent<string>>().Usage);
    }

    [Fact]
    public async Task A_layer_that_calls_another_payers_client_or_calls_outside_of_a_call_is_refused()
    {
        var clients = new ConcurrentDictionary<string, IChatClient>();
        await using var scene = Open(w => w.UseChatClient((client, context) => new Straying(clients.GetOrAdd(context.ProfileName!, client), () => clients["acme"])));

        await scene.RunAsync(Ask(), "x", "acme");
        Assert.Equal(WorkflowErrorCodes.StepContract, (await scene.FailureAsync(Ask(), "x", "house")).Code);
        Assert.Equal(WorkflowErrorCodes.StepContract, (await Assert.ThrowsAsync<ModelCallException>(() => clients["acme"].GetResponseAsync(Question, null, Scene.Ct))).Code);
        Assert.Single(scene.Model.Requests);
    }

    [Fact]
    public async Task CachesOfTwoTenantsOnOneProfileDoNotMeet()
    {
        var cache = new MemoryCache();
        await using var scene = Open(w => w.UseChatClient(client => client.AsBuilder().UseDistributedCache(cache).Build()));

        await scene.RunAsync(Ask(), "x", "house", new RunOptions { Tenant = "one" });
        await scene.RunAsync(Ask(), "x", "house", new RunOptions { Tenant = "one" });
        Assert.Single(scene.Model.Requests);

        await scene.RunAsync(Ask(), "x", "house", new RunOptions { Tenant = "two" });
        await scene.RunAsync(Ask(), "x", "house");
        await scene.RunAsync(Ask(), "x", "acme");
        Assert.Equal(4, scene.Model.Requests.Count);

        // Nor do two profiles that serve one tenant: each pays for its own.
        await scene.RunAsync(Ask(), "x", "house", new RunOptions { Tenant = scene.Acme.Tenant });
        Assert.Equal(5, scene.Model.Requests.Count);

        // A key that is given for a run shares with no other run, not even with one of the same key.
        var key = Profiles.NewKey();
        await scene.RunAsync(Ask(), "x", Credential.ApiKey(key));
        await scene.RunAsync(Ask(), "x", Credential.ApiKey(key));
        Assert.Equal(7, scene.Model.Requests.Count);
        Assert.All(scene.Model.Requests, request => Assert.Null(request.Options?.AdditionalProperties));
    }

    [Fact]
    public async Task A_cache_beneath_a_layer_that_replaces_the_options_still_tells_payers_apart()
    {
        var cache = new MemoryCache();
        await using var scene = Open(w => w.UseChatClient(client => client.AsBuilder()
            .ConfigureOptions(options => options.AdditionalProperties = new() { ["app"] = "mine" }).UseDistributedCache(cache).Build()));

        await scene.RunAsync(Ask(), "x", "acme");
        await scene.RunAsync(Ask(), "x", "acme");
        await scene.RunAsync(Ask(), "x", "house");

        Assert.Equal([scene.Acme.ApiKey, scene.House.ApiKey], scene.Model.Requests.Select(request => request.Context.ApiKey));
        Assert.All(scene.Model.Requests, request => Assert.Null(request.Messages[0].AdditionalProperties));
        Assert.All(scene.Model.Requests, request => Assert.Equal("mine", Assert.Single(request.Options!.AdditionalProperties!).Value));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_was_kept_for_another_payer_is_refused_however_it_was_kept(bool streams)
    {
        ChatResponse? kept = null;
        await using var scene = Open(w => w.UseChatClient(client => new Keeping(client, () => kept, answer => kept = answer)));
        var ask = !streams ? Ask() : Written.Paid(Written.Steps("Ask"), static (emitted, _) => emitted.StepAsync(0, async scope =>
            string.Concat(await scope.ChatClient(0).GetStreamingResponseAsync(Question, null, scope.CancellationToken).ToListAsync(scope.CancellationToken))));

        await scene.RunAsync(ask, "x", "acme");
        await scene.RunAsync(ask, "x", "acme");
        var error = await scene.FailureAsync(ask, "x", "house");

        Assert.Single(scene.Model.Requests);
        Assert.Equal(WorkflowErrorCodes.StepContract, error.Code);
        Assert.DoesNotContain(scene.Acme.Id, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layer_may_be_made_with_a_call_of_its_own()
    {
        Scene? scene = null;
        var isFirst = true;
        await using var opened = scene = Open(w => w.UseChatClient(client =>
        {
            if (isFirst)
            {
                isFirst = false;
                Task.Run(() => scene!.RunAsync(Ask(), "x", "acme")).GetAwaiter().GetResult();
            }
            return new Counting(client, () => { });
        }));

        await scene.RunAsync(Ask(), "x", "acme").WaitAsync(TimeSpan.FromSeconds(30), Scene.Ct);

        Assert.Equal(2, scene.Model.Requests.Count);
    }

    [Fact]
    public async Task ExceptionChainDataAndActivityHoldNoCanary()
    {
        List<string> seen = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "canary-tests",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => seen.Add(string.Join('\n', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}")) + activity.StatusDescription + string.Join('\n', activity.Events.SelectMany(one => one.Tags))),
        };
        ActivitySource.AddActivityListener(listener);
        await using var scene = Open(w => w.UseOpenTelemetry("canary-tests").UseChatClient(client => new Noting(client, seen)));
        var key = scene.Acme.ApiKey!.Reveal();
        scene.Model.Fails(new InvalidOperationException("bad key " + key, new IOException(key)) { Data = { ["key"] = key } });
        scene.Model.Fails(new ModelCallException(WorkflowErrorCodes.Unauthorized, "the provider echoes " + key));

        var first = await scene.FailureAsync(Ask(), "x", "acme");
        var second = await scene.FailureAsync(Ask(), "x", "acme");

        // Of each run: its span, the step's and the call's, and what the layer beneath saw.
        Assert.Equal(8, seen.Count);
        Assert.All([.. seen, first.ToString(), second.ToString()], text => Assert.DoesNotContain(key, text, StringComparison.OrdinalIgnoreCase));
        Assert.Contains(seen, text => text.Contains("(secret)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_layer_throws_is_the_authors()
    {
        await using var scene = Open(w => w.UseChatClient(client => new Counting(client, () => throw new NotSupportedException("not on Sundays"))));

        var error = await scene.FailureAsync(Ask(), "x", "acme");

        Assert.Equal(WorkflowErrorCodes.StepFailed, error.Code);
        Assert.IsType<NotSupportedException>(error.InnerException);
    }

    [Fact]
    public async Task A_layer_that_is_none_is_refused_and_leaves_nothing_behind()
    {
        await using var scene = Open(w => w.UseChatClient(_ => null!));

        Assert.Contains("UseChatClient", (await scene.FailureAsync(Ask(), "x", "acme")).InnerException?.Message, StringComparison.Ordinal);
        Assert.Equal(1, scene.Model.Disposed);
    }

    [Fact]
    public async Task The_layers_of_a_key_that_was_given_for_a_run_are_disposed_with_the_run()
    {
        var disposed = 0;
        await using var scene = Open(w => w.UseChatClient(client => new Counting(client, () => { }, () => disposed++)));

        await scene.RunAsync(Ask(), "x", Credential.ApiKey(Profiles.NewKey()));

        Assert.Equal((1, 1), (disposed, scene.Model.Disposed));
    }

    private static Scene Open(Action<WorkflowsBuilder> configure) => new(services => configure(WorkflowsBuilder.For(services)));

    private static TestExecutor<Nothing, string, string> Ask(string workflow = "paid", string slot = "main") => Written.Of(
        Written.Describe(workflow, [Written.Main with { Name = slot }], Written.Steps("Ask")),
        (emitted, _) => emitted.StepAsync(0, async scope => (await scope.ChatClient(0).GetResponseAsync(Question, null, scope.CancellationToken)).Text));

    private sealed class Counting(IChatClient inner, Action called, Action? disposed = null) : DelegatingChatClient(inner ?? new Nobody())
    {
        public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            called();
            return base.GetResponseAsync(messages, options, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            disposed?.Invoke();
            base.Dispose(disposing);
        }
    }

    /// <summary>A cache that asks for nothing but whether it has an answer.</summary>
    private sealed class Keeping(IChatClient inner, Func<ChatResponse?> kept, Action<ChatResponse> keep) : DelegatingChatClient(inner)
    {
        public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            if (kept() is { } answer)
                return answer;
            answer = await base.GetResponseAsync([new(ChatRole.User, "hello")], new ChatOptions(), cancellationToken);
            keep(answer);
            return answer;
        }

        public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
                yield return update;
        }
    }

    private sealed class Repeating(IChatClient inner, int times) : DelegatingChatClient(inner)
    {
        public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            var answer = FakeModel.Text("of my own");
            for (var i = 0; i < times; i++)
                answer = await base.GetResponseAsync(messages, new ChatOptions(), cancellationToken);
            return answer;
        }
    }

    private sealed class Straying(IChatClient inner, Func<IChatClient> other) : DelegatingChatClient(inner)
    {
        public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            other().GetResponseAsync(messages, options, cancellationToken);
    }

    private sealed class Noting(IChatClient inner, List<string> seen) : DelegatingChatClient(inner)
    {
        public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            try
            {
                return await base.GetResponseAsync(messages, options, cancellationToken);
            }
            catch (Exception error)
            {
                seen.Add(error + string.Join('\n', error.Data.Values.Cast<object>()));
                throw;
            }
        }
    }

    private sealed class Nobody : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    private sealed class MemoryCache : IDistributedCache
    {
        private readonly ConcurrentDictionary<string, byte[]> entries = new(StringComparer.Ordinal);

        public byte[]? Get(string key) => entries.GetValueOrDefault(key);

        public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => Task.FromResult(Get(key));

        public void Refresh(string key)
        {
        }

        public Task RefreshAsync(string key, CancellationToken token = default) => Task.CompletedTask;

        public void Remove(string key) => entries.TryRemove(key, out _);

        public Task RemoveAsync(string key, CancellationToken token = default)
        {
            Remove(key);
            return Task.CompletedTask;
        }

        public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => entries[key] = value;

        public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
        {
            Set(key, value, options);
            return Task.CompletedTask;
        }
    }
}
