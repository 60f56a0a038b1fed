using KeyedWorkflows.Runtime;
using KeyedWorkflows.Tests.Credentials;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Tests.Models;

/// <summary>The chat client that a step gets: bound to one payer and one step.</summary>
public sealed class BoundChatClientTests
{
    private static readonly ChatMessage[] Question = [new(ChatRole.User, "hello")];

    [Fact]
    public async Task Each_model_call_goes_out_with_the_bound_key_and_no_other()
    {
        await using var scene = new Scene();

        await scene.RunAsync(Steps(Ask), "x", "acme");
        await scene.RunAsync(Steps(Ask), "x", "house");
        var key = Profiles.NewKey();
        await scene.RunAsync(Steps(Ask), "x", Credential.ApiKey(key));

        Assert.Equal([scene.Acme.ApiKey, scene.House.ApiKey, Secret.From(key)], scene.Model.Requests.Select(request => request.Context.ApiKey));
    }

    [Fact]
    public async Task Kept_by_one_run_it_pays_for_no_other_while_its_own_step_is_going()
    {
        await using var scene = new Scene();
        var kept = new TaskCompletionSource<IChatClient>(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holding = scene.RunAsync(
            Steps(async client =>
            {
                kept.SetResult(client);
                await end.Task;
                return await Ask(client);
            }),
            "x",
            "acme");
        var stolen = await kept.Task;

        var inStep = await scene.FailureAsync(Steps(_ => Ask(stolen)), "x", "house");
        var streamed = await scene.FailureAsync(Steps(async _ => string.Concat(await stolen.GetStreamingResponseAsync(Question, null, Scene.Ct).ToListAsync(Scene.Ct))), "x", "house");
        var inPlainStep = await scene.FailureAsync(Written.Plain(Written.Steps("Plain"), (emitted, _) => emitted.PlainAsync(0, () => Ask(stolen))), "x");
        var outside = await Assert.ThrowsAsync<ModelCallException>(() => Ask(stolen));
        Assert.Empty(scene.Model.Requests);
        end.SetResult();

        Assert.Equal("re: hello", await holding);
        Assert.All([inStep.Code, streamed.Code, inPlainStep.Code, outside.Code], code => Assert.Equal(WorkflowErrorCodes.StepContract, code));
        Assert.Equal(scene.Acme.ApiKey, Assert.Single(scene.Model.Requests).Context.ApiKey);
    }

    [Fact]
    public async Task A_stream_that_another_run_goes_on_with_is_refused()
    {
        await using var scene = new Scene();
        var kept = new TaskCompletionSource<IAsyncEnumerator<ChatResponseUpdate>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        scene.Model.Answers("one two three");
        var holding = scene.RunAsync(
            Steps(async client =>
            {
                var stream = client.GetStreamingResponseAsync(Question).GetAsyncEnumerator();
                await stream.MoveNextAsync();
                kept.SetResult(stream);
                await end.Task;
                await stream.DisposeAsync();
                return "";
            }),
            "x",
            "acme");
        var stolen = await kept.Task;

        var error = await scene.FailureAsync(Steps(async _ => (await stolen.MoveNextAsync()).ToString()), "x", "house");
        end.SetResult();
        await holding;

        Assert.Equal(WorkflowErrorCodes.StepContract, error.Code);
    }

    [Fact]
    public async Task It_works_on_every_flow_of_execution_that_its_step_begins()
    {
        await using var scene = new Scene();

        await scene.RunAsync(
            Steps(static async client =>
            {
                var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => Ask(client))));
                await Parallel.ForAsync(0, 3, async (_, _) => await Ask(client));
                return string.Concat(answers);
            }),
            "x",
            "acme");

        Assert.Equal(6, scene.Model.Requests.Count);
    }

    [Fact]
    public async Task It_stops_when_the_step_ends()
    {
        await using var scene = new Scene();
        IChatClient? kept = null;

        await scene.RunAsync(Steps(client => Task.FromResult((kept = client).ToString()!)), "x", "acme");

        var error = await Assert.ThrowsAsync<ModelCallException>(() => kept!.GetResponseAsync(Question, null, Scene.Ct));
        Assert.Equal(WorkflowErrorCodes.StepContract, error.Code);
        await Assert.ThrowsAsync<ModelCallException>(async () => await kept!.GetStreamingResponseAsync(Question, null, Scene.Ct).ToListAsync(Scene.Ct));
        Assert.Empty(scene.Model.Requests);
    }

    [Fact]
    public async Task A_stream_is_not_read_on_when_the_step_has_ended()
    {
        await using var scene = new Scene();
        scene.Model.Answers("one two three");
        IAsyncEnumerator<ChatResponseUpdate>? kept = null;

        await scene.RunAsync(Steps(async client =>
        {
            kept = client.GetStreamingResponseAsync(Question).GetAsyncEnumerator();
            await kept.MoveNextAsync();
            return kept.Current.Text;
        }), "x", "acme");

        Assert.Equal(WorkflowErrorCodes.StepContract, (await Assert.ThrowsAsync<ModelCallException>(async () => await kept!.MoveNextAsync())).Code);
        await kept!.DisposeAsync();
    }

    [Fact]
    public async Task It_stops_when_it_is_disposed_and_those_of_others_go_on()
    {
        await using var scene = new Scene();

        var answer = await scene.RunAsync(Scoped(async scope =>
        {
            var first = scope.ChatClient(0);
            var second = scope.ChatClient(0);
            first.Dispose();
            await Assert.ThrowsAsync<ModelCallException>(() => first.GetResponseAsync(Question, null, scope.CancellationToken));
            return (await second.GetResponseAsync(Question)).Text;
        }), "x", "acme");

        Assert.Equal("re: hello", answer);
    }

    [Fact]
    public async Task It_gives_out_no_raw_client()
    {
        var raw = new List<object>();
        var provider = new FakeProvider("leaky", chat: _ => new LeakyClient(raw));
        await using var scene = new Scene(services => WorkflowsBuilder.For(services).AddProvider(provider).AddProfile(Profiles.Of("leaky", provider: "leaky")));

        await scene.RunAsync(Steps(async client =>
        {
            await client.GetResponseAsync(Question, new ChatOptions
            {
                RawRepresentationFactory = shown =>
                {
                    raw.Add(shown);
                    return null;
                },
            });
            raw.AddRange(await client.GetStreamingResponseAsync(Question, new ChatOptions { RawRepresentationFactory = shown => shown }).ToListAsync());
            Assert.Null(client.GetService<LeakyClient>());
            Assert.Null(client.GetService(typeof(IChatClient), "key"));
            Assert.Null(client.GetService<StepAccount>());
            Assert.Same(client, client.GetService<IChatClient>());
            Assert.Equal("leaky", client.GetService<ChatClientMetadata>()?.ProviderName);
            return "";
        }), "x", "leaky");

        Assert.NotEmpty(raw.OfType<IChatClient>());
        Assert.DoesNotContain(raw, shown => shown is LeakyClient);
    }

    [Fact]
    public async Task It_names_its_run_to_tools_and_layers()
    {
        await using var scene = new Scene();
        RunContext? seen = null;

        await scene.RunAsync(Steps(client => Task.FromResult((seen = client.GetService<RunContext>())?.Tenant ?? "")), "x", "acme");

        Assert.Equal(("acme", "acme"), (seen?.Tenant, seen?.ProfileName));
    }

    [Fact]
    public async Task What_is_used_is_booked_to_the_run()
    {
        await using var scene = new Scene();
        var events = new EventLog();

        await scene.RunAsync(Steps(async client =>
        {
            await client.GetResponseAsync(Question);
            await client.GetStreamingResponseAsync(Question).ToListAsync();
            return "";
        }), "x", null, events, "acme");

        Assert.Equal(new RunUsage(2, 20, 10, 0, 0), events.Single<RunFinishedEvent<string>>().Usage);
    }

    [Fact]
    public async Task The_model_is_the_calls_then_the_slots_then_the_profiles_and_last_comes_the_profiles_map()
    {
        var profile = Profiles.Of("mapped", provider: "fake", model: "of-profile") with { Models = new Dictionary<string, string> { ["of-slot"] = "deployment" } };
        await using var scene = new Scene(services => WorkflowsBuilder.For(services).AddProfile(profile));
        string?[] options = ["of-call", "of-slot", "", null];

        foreach (var option in options)
            await scene.RunAsync(Written.Of(Written.Describe("w", [Written.Main with { Model = "of-slot" }], Written.Steps("Ask")), Body(client => client.GetResponseAsync(Question, new ChatOptions { ModelId = option }))), "x", "mapped");
        await scene.RunAsync(Written.Of(Written.Describe("w", [Written.Main with { Model = null }], Written.Steps("Ask")), Body(client => client.GetResponseAsync(Question))), "x", "mapped");

        Assert.Equal(["of-call", "deployment", "deployment", "deployment", "of-profile"], scene.Model.Requests.Select(request => request.Context.Model));
        Assert.Equal("deployment", scene.Model.Requests.ElementAt(1).Options?.ModelId);
    }

    [Fact]
    public async Task The_callers_options_stay_as_they_are()
    {
        await using var scene = new Scene(services => WorkflowsBuilder.For(services).AddProfile(Profiles.Of("mapped", provider: "fake") with { Models = new Dictionary<string, string> { ["a"] = "b" } }).UseChatClient(client => client));
        var options = new ChatOptions { ModelId = "a" };

        await scene.RunAsync(Steps(async client => (await client.GetResponseAsync(Question, options)).Text), "x", "mapped");

        Assert.Equal("a", options.ModelId);
        Assert.Null(options.AdditionalProperties);
        Assert.Equal("b", Assert.Single(scene.Model.Requests).Options?.ModelId);
    }

    [Theory]
    [InlineData(WorkflowErrorCodes.ModelNotFound, true)]
    [InlineData(WorkflowErrorCodes.RateLimited, true)]
    [InlineData(WorkflowErrorCodes.ProviderFailed, true)]
    [InlineData(WorkflowErrorCodes.ConnectionFailed, true)]
    [InlineData(WorkflowErrorCodes.Unauthorized, false)]
    [InlineData(WorkflowErrorCodes.QuotaExceeded, false)]
    [InlineData(WorkflowErrorCodes.ContentFiltered, false)]
    public async Task The_fallback_model_is_asked_on_the_same_profile_for_faults_of_the_model_alone(string code, bool falls)
    {
        await using var scene = new Scene();
        scene.Model.Fails(new ModelCallException(code, "no"));
        var workflow = Written.Of(Written.Describe("w", [Written.Main with { FallbackModel = "second" }], Written.Steps("Ask")), Body(client => client.GetResponseAsync(Question)));

        if (falls)
            await scene.RunAsync(workflow, "x", "acme");
        else
            Assert.Equal(code, (await scene.FailureAsync(workflow, "x", "acme")).Code);

        Assert.Equal(falls ? ["model-1", "second"] : ["model-1"], scene.Model.Requests.Select(request => request.Context.Model));
        Assert.All(scene.Model.Requests, request => Assert.Equal(scene.Acme.ApiKey, request.Context.ApiKey));
    }

    [Fact]
    public async Task Retries_are_not_multiplied_and_each_is_counted()
    {
        await using var scene = new Scene(services => services.Configure<ModelCallPolicyOptions>(options => (options.MaxRetries, options.FirstDelay) = (3, TimeSpan.Zero)));
        scene.Model.Otherwise = (_, _) => throw new ModelCallException(WorkflowErrorCodes.ProviderFailed, "no") { IsTransient = true };

        var failure = scene.FailureAsync(Steps(Ask), "x", "acme");
        while (!failure.IsCompleted)
        {
            scene.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(WorkflowErrorCodes.ProviderFailed, (await failure).Code);
        Assert.Equal(4, scene.Model.Requests.Count);
    }

    [Fact]
    public async Task A_stream_that_broke_after_its_first_piece_is_not_tried_again_by_the_policy()
    {
        var opened = 0;
        var provider = new FakeProvider("breaking", chat: _ => new BreakingClient(() => opened++));
        await using var scene = new Scene(services =>
        {
            WorkflowsBuilder.For(services).AddProvider(provider).AddProfile(Profiles.Of("breaking", provider: "breaking"));
            services.Configure<ModelCallPolicyOptions>(options => (options.MaxRetries, options.FirstDelay) = (3, TimeSpan.Zero));
        });
        List<string> pieces = [];

        var error = await scene.FailureAsync(Steps(async client =>
        {
            await foreach (var update in client.GetStreamingResponseAsync(Question))
                pieces.Add(update.Text);
            return "";
        }), "x", "breaking");

        Assert.Equal((WorkflowErrorCodes.ConnectionFailed, 1), (error.Code, opened));
        Assert.Equal(["piece"], pieces);
    }

    [Fact]
    public async Task A_try_that_takes_too_long_is_given_up_and_the_caller_hears_of_a_time_out_and_no_cancellation()
    {
        await using var scene = new Scene(services => services.Configure<ModelCallPolicyOptions>(options => options.TryTimeout = TimeSpan.FromSeconds(30)));
        scene.Model.Answers(async (_, token) =>
        {
            scene.Time.Advance(TimeSpan.FromSeconds(31));
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        });

        var error = await scene.FailureAsync(Steps(Ask), "x", "acme");

        Assert.Equal(WorkflowErrorCodes.ProviderTimedOut, error.Code);
        Assert.Contains("30 seconds (ModelCallPolicyOptions.TryTimeout)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_try_that_takes_too_long_is_repeated_by_the_steps_attempts_alone_since_it_may_have_been_paid_for()
    {
        await using var scene = new Scene(services => services.Configure<ModelCallPolicyOptions>(options => (options.TryTimeout, options.MaxRetries) = (TimeSpan.FromSeconds(30), 3)));
        scene.Model.Otherwise = async (_, token) =>
        {
            scene.Time.Advance(TimeSpan.FromSeconds(31));
            await Task.Delay(Timeout.Infinite, token);
            return null!;
        };

        await scene.FailureAsync(Steps(Ask), "x", "acme");
        Assert.Single(scene.Model.Requests);
        await scene.FailureAsync(Written.Paid([Written.Step(0, "Ask") with { Attempts = 2 }], static (emitted, input) => emitted.AskAsync(0, input)), "x", "acme");
        Assert.Equal(3, scene.Model.Requests.Count);
    }

    [Fact]
    public async Task A_stream_that_falls_silent_is_given_up_after_the_time_of_a_try()
    {
        await using var scene = new Scene();
        scene.Model.Answers("one two").BeforePiece = (piece, token) =>
        {
            if (piece == 0)
                return Task.CompletedTask;
            scene.Time.Advance(TimeSpan.FromMinutes(6));
            return Task.Delay(Timeout.Infinite, token);
        };

        Assert.Equal(WorkflowErrorCodes.ProviderTimedOut, (await scene.FailureAsync(Steps(static async client => string.Concat(await client.GetStreamingResponseAsync(Question).ToListAsync(Scene.Ct))), "x", "acme")).Code);
    }

    [Fact]
    public async Task A_stream_of_pieces_that_say_nothing_ends_with_the_time_of_a_try()
    {
        await using var scene = new Scene();
        scene.Model.Answers(new ChatResponse([.. Enumerable.Range(0, 1_000).Select(static _ => new ChatMessage(ChatRole.Assistant, ""))]));
        scene.Model.BeforePiece = (_, token) =>
        {
            scene.Time.Advance(TimeSpan.FromMinutes(1));
            token.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        };

        var error = await scene.FailureAsync(Steps(static async client => string.Concat(await client.GetStreamingResponseAsync(Question).ToListAsync(Scene.Ct))), "x", "acme");

        Assert.Equal(WorkflowErrorCodes.ProviderTimedOut, error.Code);
    }

    [Fact]
    public async Task A_stream_that_breaks_after_its_first_piece_is_repeated_by_the_steps_attempts_which_is_told_first()
    {
        await using var scene = new Scene();
        var events = new EventLog();
        scene.Model.BeforePiece = (piece, _) => piece == 1 && scene.Model.Requests.Count < 3
            ? Task.FromException(new ModelCallException(WorkflowErrorCodes.ConnectionFailed, "broke") { IsTransient = true })
            : Task.CompletedTask;
        var workflow = Written.Paid([Written.Step(0, "Draft") with { Attempts = 3 }], static (emitted, input) => emitted.Run.StreamAsync(
            0, scope => PromptCall.StreamAsync(scope.ChatClient(0), [new(ChatRole.User, input)], new PromptOptions(), scope.CancellationToken), emitted.Token));

        Assert.Equal("re: x", await scene.RunAsync(workflow, "x", null, events, "acme"));

        Assert.Equal(
            ["run started", "started Draft", "text Draft: re:", "retried Draft: connection_failed", "text Draft: re:", "retried Draft: connection_failed", "text Draft: re:", "text Draft:  x", "finished Draft", "run finished: Succeeded"],
            events.Lines);
    }

    [Fact]
    public async Task Whatever_a_provider_throws_comes_out_in_words_of_ours_and_without_the_key()
    {
        await using var scene = new Scene();
        var key = scene.Acme.ApiKey!.Reveal();
        Exception[] errors =
        [
            new InvalidOperationException("key " + key), new HttpRequestException("key " + key, new IOException(key)), new OperationCanceledException(key),
            new ModelCallException("code " + key, "echo " + key) { ProviderRequestId = "req " + key, Data = { ["key"] = key } }, new AggregateException(new TimeoutException(key)),
        ];

        foreach (var error in errors)
        {
            scene.Model.Fails(error);
            var failure = await scene.FailureAsync(Steps(Ask), "x", "acme");
            Assert.DoesNotContain(key, failure.ToString() + failure.Code + failure.ProviderRequestId, StringComparison.Ordinal);
            Assert.Null(failure.InnerException);
            Assert.Empty(failure.Data);
            Assert.Equal(("main", "acme"), (failure.Slot, failure.Profile));
        }
    }

    [Fact]
    public async Task A_cancelled_call_is_a_cancellation()
    {
        await using var scene = new Scene();

        await scene.RunAsync(Steps(async client =>
        {
            using var stop = new CancellationTokenSource();
            scene.Model.Answers(async (_, token) =>
            {
                await stop.CancelAsync();
                token.ThrowIfCancellationRequested();
                return null!;
            });
            var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetResponseAsync(Question, null, stop.Token));
            Assert.Equal(stop.Token, error.CancellationToken);
            return "";
        }), "x", "acme");
    }

    [Fact]
    public async Task An_embedding_generator_is_bound_alike()
    {
        await using var scene = new Scene(services => WorkflowsBuilder.For(services).AddProfile(Profiles.Of("embedding", "acme", "fake") with { EmbeddingModel = "embed" }));
        IEmbeddingGenerator<string, Embedding<float>>? kept = null;

        await scene.RunAsync(Scoped(async scope =>
        {
            kept = scope.EmbeddingGenerator(0);
            return (await kept.GenerateAsync(["abc"]))[0].Vector.Span[0].ToString(System.Globalization.CultureInfo.InvariantCulture);
        }), "x", "embedding");

        Assert.Equal("embed", Assert.Single(scene.Model.Requests).Context.Model);
        Assert.Equal(WorkflowErrorCodes.StepContract, (await Assert.ThrowsAsync<ModelCallException>(() => kept!.GenerateAsync(["abc"], null, Scene.Ct))).Code);
        Assert.Null(kept!.GetService(typeof(IEmbeddingGenerator), "key"));
    }

    private static async Task<string> Ask(IChatClient client) => (await client.GetResponseAsync(Question)).Text;

    private static TestExecutor<Nothing, string, string> Steps(Func<IChatClient, Task<string>> step) => Scoped(scope => step(scope.ChatClient(0)));

    private static TestExecutor<Nothing, string, string> Scoped(Func<StepScope, Task<string>> step) => Written.Paid(Written.Steps("Ask"), (emitted, _) => emitted.StepAsync(0, step));

    private static Func<Emitted, string, Task<string>> Body(Func<IChatClient, Task<ChatResponse>> ask) => (emitted, _) => emitted.StepAsync(0, async scope => (await ask(scope.ChatClient(0))).Text);

    /// <summary>Shows itself to whoever asks.</summary>
    private sealed class LeakyClient(List<object> shown) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            options?.RawRepresentationFactory?.Invoke(this);
            return Task.FromResult(FakeModel.Text("hello"));
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            if (options?.RawRepresentationFactory?.Invoke(this) is { } raw)
                shown.Add(raw);
            yield return new(ChatRole.Assistant, "hello");
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => this;

        public void Dispose()
        {
        }
    }

    private sealed class BreakingClient(Action open) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            open();
            yield return new(ChatRole.Assistant, "piece");
            await Task.Yield();
            throw new IOException("broken");
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
