using KeyedWorkflows.Runtime;
using KeyedWorkflows.Tests.Credentials;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Tests.Runtime;

/// <summary>What a run's listener hears of its model calls: one record for each request, with and without layers around the client.</summary>
public sealed class ModelCallRecordTests
{
    private static readonly ChatMessage[] Question = [new(ChatRole.User, "hello")];

    private static readonly RunUsage OneAnswer = new(1, 10, 5);

    /// <summary>Requests are noted by the bound client, or, where the host has layers, beneath them.</summary>
    public static TheoryData<bool> Layers => [false, true];

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task An_answer_is_recorded_with_who_asked_who_paid_and_what_came(bool layered)
    {
        await using var scene = Open(layered);
        var log = new EventLog();
        scene.Model.Answers(async (_, _) =>
        {
            scene.Time.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
            return new(new ChatMessage(ChatRole.Assistant, "hi"))
            {
                ModelId = "model-1-2026",
                ResponseId = "answer-7",
                FinishReason = ChatFinishReason.Length,
                Usage = new() { InputTokenCount = 10, OutputTokenCount = 5, CachedInputTokenCount = 4, ReasoningTokenCount = 3 },
            };
        });
        var begun = scene.Time.GetUtcNow();

        await scene.RunAsync(Calling(Ask), "x", null, log, "acme");

        var call = Assert.Single(log.Calls);
        Assert.Equal("Call", call.Step);
        Assert.Null(call.Element);
        Assert.Equal(1, call.Attempt);
        Assert.Equal("main", call.Binding.Slot);
        Assert.Equal("acme", call.Binding.ProfileName);
        Assert.Equal(CredentialSource.Call, call.Binding.Source);
        Assert.Equal(ClientKind.Chat, call.Kind);
        Assert.Equal("model-1", call.Model);
        Assert.Equal("model-1-2026", call.ModelAnswered);
        Assert.Equal(new RunUsage(1, 10, 5, 4, 3), call.Usage);
        Assert.Equal("length", call.FinishReason);
        Assert.Equal("answer-7", call.ResponseId);
        Assert.Null(call.ProviderRequestId);
        Assert.Null(call.ErrorCode);
        Assert.Equal(begun, call.StartedAt);
        Assert.Equal(TimeSpan.FromSeconds(2), call.Duration);
        Assert.Null(call.Messages);
        Assert.Null(call.Answer);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task The_model_is_that_of_the_profiles_map(bool layered)
    {
        var mapped = Profiles.Of("mapped", "acme", "fake") with { Models = new Dictionary<string, string> { ["model-1"] = "prod-1", ["model-2"] = "prod-2" } };
        await using var scene = Open(layered, w => w.AddProfile(mapped));
        var log = new EventLog();

        await scene.RunAsync(
            Calling(async (chat, ct) => await Ask(chat, ct) + await chat.GetResponseAsync(Question, new ChatOptions { ModelId = "model-2" }, ct)), "x", null, log, "mapped");

        Assert.Equal(["prod-1", "prod-2"], log.Calls.Select(static call => call.Model));
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task Each_try_of_the_policy_is_a_request_of_its_own(bool layered)
    {
        await using var scene = Open(layered, w => w.Services.Configure<ModelCallPolicyOptions>(static options => (options.MaxRetries, options.FirstDelay) = (3, TimeSpan.Zero)));
        scene.Model.Fails(new ModelCallException(WorkflowErrorCodes.RateLimited, "slow down") { IsTransient = true, StatusCode = 429, ProviderRequestId = "req-1" });
        var log = new EventLog();

        await scene.RunAsync(Calling(Ask), "x", null, log, "acme");

        Assert.Equal([WorkflowErrorCodes.RateLimited, null], log.Calls.Select(static call => call.ErrorCode));
        Assert.Equal(["req-1", null], log.Calls.Select(static call => call.ProviderRequestId));
        Assert.Equal([new(1, 0, 0), OneAnswer], log.Calls.Select(static call => call.Usage));
        Assert.All(log.Calls, static call => Assert.Equal(1, call.Attempt));
        AddUp(log);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task So_is_each_attempt_of_the_step_and_the_fallback_model(bool layered)
    {
        await using var scene = Open(layered);
        scene.Model.Fails(new ModelCallException(WorkflowErrorCodes.ModelNotFound, "no")).Fails(new ModelCallException(WorkflowErrorCodes.ProviderTimedOut, "late"));
        var log = new EventLog();
        var workflow = Written.Paid([Written.Step(0, "Call") with { Attempts = 2 }], (emitted, _) => emitted.StepAsync(
            0, async scope => (await scope.ChatClient(0, fallbackModel: "model-9").GetResponseAsync(Question, null, scope.CancellationToken)).Text));

        await scene.RunAsync(workflow, "x", null, log, "acme");

        Assert.Equal(["model-1 1 model_not_found", "model-9 1 provider_timed_out", "model-1 2 "], log.Calls.Select(static call => $"{call.Model} {call.Attempt} {call.ErrorCode}"));
        AddUp(log);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task A_failure_has_its_code_and_the_providers_words_have_no_key(bool layered)
    {
        await using var scene = Open(layered);
        var key = scene.Acme.ApiKey!.Reveal();
        scene.Model.Fails(new ModelCallException(WorkflowErrorCodes.Unauthorized, "bad key " + key) { ProviderRequestId = "req-" + key });
        scene.Model.Answers(new ChatResponse(new ChatMessage(ChatRole.Assistant, "hi")) { ModelId = "m " + key, ResponseId = "r " + key, FinishReason = new("f " + key) });
        var log = new EventLog();
        await scene.RunAsync(
            Calling(async (chat, ct) =>
            {
                await Assert.ThrowsAsync<ModelCallException>(() => Ask(chat, ct));
                return await Ask(chat, ct);
            }),
            "x", null, log, "acme");

        Assert.Equal([WorkflowErrorCodes.Unauthorized, null], log.Calls.Select(static call => call.ErrorCode));
        Assert.Equal("req-(secret)", log.Calls[0].ProviderRequestId);
        Assert.Equal("m (secret) r (secret) f (secret)", $"{log.Calls[1].ModelAnswered} {log.Calls[1].ResponseId} {log.Calls[1].FinishReason}");
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task What_no_provider_reports_is_estimated_and_what_one_refused_is_nothing(bool layered)
    {
        await using var scene = Open(layered);
        scene.Model.Answers(new ChatResponse(new ChatMessage(ChatRole.Assistant, "twelve bytes")));
        scene.Model.Fails(new ModelCallException(WorkflowErrorCodes.RequestRefused, "no") { StatusCode = 400 });
        scene.Model.Fails(new ModelCallException(WorkflowErrorCodes.Unauthorized, "no"));
        scene.Model.Fails(new IOException("cut off"));
        var log = new EventLog();
        await scene.RunAsync(
            Calling(async (chat, ct) =>
            {
                await Ask(chat, ct);
                for (var failure = 0; failure < 3; failure++)
                    await Assert.ThrowsAsync<ModelCallException>(() => Ask(chat, ct));
                return "";
            }),
            "x", null, log, "acme");

        Assert.Equal(
            [(6L, 3L, true), (0L, 0L, false), (0L, 0L, false), (6L, 0L, true)],
            log.Calls.Select(static call => (call.Usage.InputTokens, call.Usage.OutputTokens, call.IsEstimated)));
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task A_stream_is_one_record_at_its_end(bool layered)
    {
        await using var scene = Open(layered);
        scene.Model.Answers(new ChatResponse(new ChatMessage(ChatRole.Assistant, "one two")) { ModelId = "m", ResponseId = "r", FinishReason = ChatFinishReason.Stop, Usage = new() { InputTokenCount = 10, OutputTokenCount = 5 } });
        var log = new EventLog { WantsContent = true };
        var heardWithin = -1;

        await scene.RunAsync(
            Calling(async (chat, ct) =>
            {
                await foreach (var _ in chat.GetStreamingResponseAsync(Question, null, ct))
                {
                    scene.Time.Advance(TimeSpan.FromSeconds(1));
                    heardWithin = log.Calls.Count;
                }
                return "";
            }),
            "x", null, log, "acme");

        Assert.Equal(0, heardWithin);
        var call = Assert.Single(log.Calls);
        Assert.Equal(OneAnswer, call.Usage);
        Assert.Equal("stop", call.FinishReason);
        Assert.Null(call.ErrorCode);
        Assert.True(call.Duration >= TimeSpan.FromSeconds(2));
        Assert.Equal("hello", Assert.Single(call.Messages!).Text);
        Assert.Equal("one two", call.Answer!.Text);
        AddUp(log);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task A_stream_that_the_step_leaves_is_recorded_with_what_had_come(bool layered)
    {
        await using var scene = Open(layered);
        scene.Model.Answers("one two three");
        var log = new EventLog { WantsContent = true };

        await scene.RunAsync(
            Calling(async (chat, ct) =>
            {
                await foreach (var piece in chat.GetStreamingResponseAsync(Question, null, ct))
                    return piece.Text;
                return "";
            }),
            "x", null, log, "acme");

        var call = Assert.Single(log.Calls);
        Assert.Equal("one", call.Answer!.Text);

        // Nothing was reported: five letters and a message sent, three letters received.
        Assert.Equal((new RunUsage(1, 6, 1), true), (call.Usage, call.IsEstimated));
        Assert.Null(call.FinishReason);
        Assert.Null(call.ErrorCode);
        AddUp(log);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    [InlineData(true, 1)]
    public async Task A_stream_that_breaks_before_or_after_its_first_piece_is_one_record_with_the_code(bool layered, int piece)
    {
        await using var scene = Open(layered);
        scene.Model.Answers("one two three");
        scene.Model.BeforePiece = (at, _) => at == piece ? throw new IOException("broken") : Task.CompletedTask;
        var log = new EventLog();

        await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(Calling(Stream), "x", null, log, "acme"));

        Assert.Equal(WorkflowErrorCodes.ConnectionFailed, Assert.Single(log.Calls).ErrorCode);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task What_is_cancelled_on_its_way_was_stopped_and_what_takes_too_long_has_timed_out(bool layered)
    {
        await using var scene = Open(layered, w => w.Services.Configure<ModelCallPolicyOptions>(static options => options.TryTimeout = TimeSpan.FromSeconds(30)));
        var log = new EventLog();
        using var cancelled = new CancellationTokenSource();
        scene.Model.Answers(async (_, ct) =>
        {
            await cancelled.CancelAsync();
            await Task.Delay(Timeout.Infinite, ct);
            return null!;
        });
        scene.Model.Answers(async (_, ct) =>
        {
            scene.Time.Advance(TimeSpan.FromSeconds(31));
            await Task.Delay(Timeout.Infinite, ct);
            return null!;
        });
        await scene.RunAsync(
            Calling(async (chat, ct) =>
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Ask(chat, cancelled.Token));
                await Assert.ThrowsAsync<ModelCallException>(() => Ask(chat, ct));
                return "";
            }),
            "x", null, log, "acme");

        Assert.Equal([WorkflowErrorCodes.Stopped, WorkflowErrorCodes.ProviderTimedOut], log.Calls.Select(static call => call.ErrorCode));
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task A_request_that_ends_with_the_runs_time_says_so(bool layered)
    {
        await using var scene = Open(layered);
        var log = new EventLog();
        scene.Model.Answers(async (_, ct) =>
        {
            scene.Time.Advance(TimeSpan.FromSeconds(11));
            await Task.Delay(Timeout.Infinite, ct);
            return null!;
        });
        var description = Written.Describe("short", [Written.Main], Written.Steps("Call")) with { TimeoutSeconds = 10 };

        await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(Calling(Ask, description), "x", null, log, "acme"));

        Assert.Equal(WorkflowErrorCodes.TimeLimitReached, Assert.Single(log.Calls).ErrorCode);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task Embeddings_have_a_record_without_messages(bool layered)
    {
        await using var scene = Open(layered);
        var log = new EventLog { WantsContent = true };

        await scene.RunAsync(Written.Paid(Written.Steps("Call"), static (emitted, _) => emitted.StepAsync(0, static async scope =>
        {
            await scope.EmbeddingGenerator(0, "embed-1").GenerateAsync(["hello"], null, scope.CancellationToken);
            return "";
        })), "x", null, log, "acme");

        var call = Assert.Single(log.Calls);
        Assert.Equal(ClientKind.Embeddings, call.Kind);
        Assert.Equal("embed-1", call.Model);
        Assert.Equal(new RunUsage(1, 3, 0), call.Usage);
        Assert.Null(call.Messages);
        Assert.Null(call.Answer);
        Assert.Null(call.FinishReason);
        AddUp(log);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task Each_round_of_a_tool_loop_is_a_record_with_the_messages_of_that_round(bool layered)
    {
        await using var scene = Open(layered);
        scene.Model.Answers(FakeModel.ToolCall("Now")).Answers("noon");
        var log = new EventLog { WantsContent = true };
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create(static () => "12:00", "Now")] };

        await scene.RunAsync(Calling(async (chat, ct) => (await ToolLoop.Around(chat, 8).GetResponseAsync(Question, options, ct)).Text), "x", null, log, "acme");

        Assert.Equal([1, 3], log.Calls.Select(static call => call.Messages!.Count));
        Assert.Equal(["tool_calls", "stop"], log.Calls.Select(static call => call.FinishReason));
        Assert.Equal(["", "noon"], log.Calls.Select(static call => call.Answer!.Text));
        AddUp(log);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task Messages_are_those_that_were_sent_whatever_the_step_does_to_its_list_later(bool layered)
    {
        await using var scene = Open(layered);
        var log = new EventLog { WantsContent = true };

        await scene.RunAsync(
            Calling(async (chat, ct) =>
            {
                List<ChatMessage> conversation = [.. Question];
                conversation.AddMessages(await chat.GetResponseAsync(conversation, null, ct));
                return "";
            }),
            "x", null, log, "acme");

        var message = Assert.Single(Assert.Single(log.Calls).Messages!);
        Assert.Null(message.AdditionalProperties);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task The_calls_of_a_sub_workflow_name_the_whole_path(bool layered)
    {
        await using var scene = Open(layered);
        var log = new EventLog();
        var child = Written.Of(Written.Describe("inner", [Written.Main], Written.Steps("Ask")), static (emitted, input) => emitted.AskAsync(0, input));

        await scene.RunAsync(Child.Under(child, [Written.Main], [0]), "hello", null, log, "acme");

        Assert.Equal("Call/Ask", Assert.Single(log.Calls).Step);
        AddUp(log);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task The_calls_of_a_step_that_runs_once_an_element_name_the_element(bool layered)
    {
        await using var scene = Open(layered);
        var log = new EventLog();
        var each = Written.Step(0, "Each") with { IsForEach = true, Concurrency = 1 };
        var workflow = Written.Of(Written.Describe("each", [Written.Main], each), async (emitted, _) =>
        {
            await emitted.Run.ForEachAsync(0, ["a", "b"], static async (scope, item) => (await scope.ChatClient(0).GetResponseAsync(item, null, scope.CancellationToken)).Text, emitted.Token);
            return "";
        });

        await scene.RunAsync(workflow, "x", null, log, "acme");

        Assert.Equal([0, 1], log.Calls.Select(static call => call.Element));
        AddUp(log);
    }

    [Fact]
    public async Task A_layer_that_asks_three_times_makes_three_records_and_one_that_answers_itself_makes_none()
    {
        await using var asking = Open(w => w.UseChatClient(static client => new Repeating(client, 3)));
        var three = new EventLog();
        await asking.RunAsync(Calling(Ask), "x", null, three, "acme");
        Assert.Equal(3, three.Calls.Count);
        AddUp(three);

        await using var answering = Open(w => w.UseChatClient(static client => new Repeating(client, 0)));
        var none = new EventLog();
        await answering.RunAsync(Calling(Ask), "x", null, none, "acme");
        Assert.Empty(none.Calls);
    }

    [Fact]
    public async Task A_layer_that_asks_another_model_is_recorded_with_that()
    {
        await using var scene = Open(static w => w.UseChatClient(static client => client.AsBuilder().ConfigureOptions(static options => options.ModelId = "cheaper").Build()));
        var log = new EventLog();

        await scene.RunAsync(Calling(Ask), "x", null, log, "acme");

        Assert.Equal("cheaper", Assert.Single(log.Calls).Model);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task A_listener_of_events_alone_hears_of_none(bool layered)
    {
        await using var scene = Open(layered);
        var log = new EventLog { HearsModelCalls = false };

        await scene.RunAsync(Calling(Ask), "x", null, log, "acme");

        Assert.Empty(log.Calls);
        Assert.NotEmpty(log.Events);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public async Task What_was_refused_before_it_was_a_request_has_no_record(bool layered)
    {
        await using var scene = Open(layered);
        var log = new EventLog();
        var step = Written.Step(0, "Call") with { MaxCalls = 1 };

        await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(
            Calling(async (chat, ct) => await Ask(chat, ct) + await Ask(chat, ct), Written.Describe("paid", [Written.Main], step)), "x", null, log, "acme"));

        Assert.Null(Assert.Single(log.Calls).ErrorCode);
    }

    [Fact]
    public async Task A_call_that_was_counted_and_found_no_client_is_recorded_as_a_failure()
    {
        await using var scene = Open(static w => w.AddProvider(new FakeProvider("untidy", chat: static _ => throw new FormatException())).AddProfile(Profiles.Of("untidy", "acme", "untidy")));
        var log = new EventLog();

        await Assert.ThrowsAsync<WorkflowRunException>(() => scene.RunAsync(Calling(Ask), "x", null, log, "untidy"));

        Assert.Equal(WorkflowErrorCodes.ProviderFailed, Assert.Single(log.Calls).ErrorCode);
    }

    /// <summary>What is recorded is what was booked.</summary>
    private static void AddUp(EventLog log) => Assert.Equal(log.Single<RunFinishedEvent<string>>().Usage, log.Calls.Aggregate(default(RunUsage), static (sum, call) => sum + (call.IsEstimated ? new RunUsage(call.Usage.Calls, 0, 0) : call.Usage)));

    private static async Task<string> Ask(IChatClient chat, CancellationToken ct) => (await chat.GetResponseAsync(Question, null, ct)).Text;

    private static async Task<string> Stream(IChatClient chat, CancellationToken ct) => string.Concat(await chat.GetStreamingResponseAsync(Question, null, ct).ToListAsync(ct));

    private static TestExecutor<Nothing, string, string> Calling(Func<IChatClient, CancellationToken, Task<string>> call, WorkflowDescription? description = null) => Written.Of(
        description ?? Written.Describe("calling", [Written.Main], Written.Steps("Call")),
        (emitted, _) => emitted.StepAsync(0, scope => call(scope.ChatClient(0), scope.CancellationToken)));

    private static Scene Open(bool layered, Action<WorkflowsBuilder>? more = null) => Open(w =>
    {
        if (layered)
            w.UseChatClient(static client => new Repeating(client, 1));
        more?.Invoke(w);
    });

    private static Scene Open(Action<WorkflowsBuilder> configure) => new(services => configure(WorkflowsBuilder.For(services)));

    /// <summary>A layer that asks a number of times; where it asks not at all, it answers by itself.</summary>
    private sealed class Repeating(IChatClient inner, int times) : DelegatingChatClient(inner)
    {
        public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            ChatResponse answer = new(new ChatMessage(ChatRole.Assistant, "the layer's own"));
            for (var i = 0; i < times; i++)
                answer = await base.GetResponseAsync(messages, options, cancellationToken);
            return answer;
        }
    }
}
