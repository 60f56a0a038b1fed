using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Runtime;

/// <summary>A client that a step gets is attributed to it, and stops working when it ends.</summary>
public sealed class StepClientTests
{
    [Fact]
    public async Task A_chat_client_that_is_kept_is_refused_after_its_step()
    {
        await using var scene = new Scene();
        IChatClient? kept = null;
        var workflow = Written.Paid(Written.Steps("Leak", "Use"), async (emitted, input) =>
        {
            await emitted.StepAsync(0, scope =>
            {
                kept = scope.ChatClient(0);
                return Task.FromResult(input);
            });
            return await emitted.PlainAsync(1, async () => (await kept!.GetResponseAsync(input)).Text);
        });

        var error = await scene.FailureAsync(workflow, "hello", "acme");

        Assert.Equal(WorkflowErrorCodes.StepContract, error.Code);
        Assert.Equal("Use", error.Step);
        Assert.Contains("'Leak'", error.Message, StringComparison.Ordinal);
        Assert.Empty(scene.Model.Requests);
    }

    [Fact]
    public async Task So_is_an_embedding_generator()
    {
        await using var scene = new Scene();
        IEmbeddingGenerator<string, Embedding<float>>? kept = null;
        var workflow = Written.Paid(Written.Steps("Leak"), (emitted, input) => emitted.StepAsync(0, scope =>
        {
            kept = scope.EmbeddingGenerator(0, "embed-1");
            return Task.FromResult(input);
        }));

        await scene.RunAsync(workflow, "hello", "acme");

        var error = await Assert.ThrowsAsync<ModelCallException>(() => kept!.GenerateAsync(["x"], cancellationToken: Scene.Ct));
        Assert.Equal(WorkflowErrorCodes.StepContract, error.Code);
        Assert.Empty(scene.Model.Requests);
    }

    [Fact]
    public async Task A_stream_is_not_read_on_after_its_step()
    {
        await using var scene = new Scene();
        scene.Model.Answers("one two three");
        IAsyncEnumerator<ChatResponseUpdate>? kept = null;
        var workflow = Written.Paid(Written.Steps("Leak"), (emitted, input) => emitted.StepAsync(0, async scope =>
        {
            kept = scope.ChatClient(0).GetStreamingResponseAsync(input, cancellationToken: scope.CancellationToken).GetAsyncEnumerator(scope.CancellationToken);
            await kept.MoveNextAsync();
            return input;
        }));

        await scene.RunAsync(workflow, "hello", "acme");

        var error = await Assert.ThrowsAsync<ModelCallException>(async () => await kept!.MoveNextAsync());
        Assert.Equal(WorkflowErrorCodes.StepContract, error.Code);
        await kept!.DisposeAsync();
    }

    [Fact]
    public async Task A_client_of_an_attempt_that_failed_is_refused_in_the_next()
    {
        await using var scene = new Scene();
        IChatClient? first = null;
        var workflow = Written.Paid([Written.Step(0, "Ask") with { Attempts = 2 }], (emitted, input) => emitted.StepAsync(0, async scope =>
        {
            if (first is null)
            {
                first = scope.ChatClient(0);
                throw new ModelCallException(WorkflowErrorCodes.OutputInvalid, "no");
            }
            return (await first.GetResponseAsync(input, cancellationToken: scope.CancellationToken)).Text;
        }));

        var error = await scene.FailureAsync(workflow, "hello", "acme");

        Assert.Equal(WorkflowErrorCodes.StepContract, error.Code);
        Assert.Equal(2, error.Attempt);
    }

    [Fact]
    public async Task Disposing_of_a_client_ends_it_for_the_step_and_for_nobody_else()
    {
        await using var scene = new Scene();
        var workflow = Written.Paid(Written.Steps("First", "Second"), static async (emitted, input) =>
        {
            await emitted.StepAsync(0, static scope =>
            {
                scope.ChatClient(0).Dispose();
                return Task.FromResult("");
            });
            return await emitted.AskAsync(1, input);
        });

        Assert.Equal("re: hello", await scene.RunAsync(workflow, "hello", "acme"));
        Assert.Equal(0, scene.Model.Disposed);
    }

    [Fact]
    public async Task A_client_knows_its_run_and_hands_out_nothing_that_reaches_around_it()
    {
        await using var scene = new Scene();
        object? values = null;
        var workflow = Written.Paid(Written.Steps("Look"), (emitted, input) => emitted.StepAsync(0, scope =>
        {
            var mine = new ToolValues("x");
            var chat = scope.ChatClient(0, toolValues: mine);
            Assert.Same(emitted.Run, PromptCall.RunOf(chat));
            Assert.Same(mine, PromptCall.ToolValuesOf<ToolValues>(chat));
            Assert.Null(PromptCall.ToolValuesOf<Nothing>(chat));
            Assert.Null(chat.GetService(typeof(FakeModel)));
            values = chat.GetService(typeof(IChatClient));
            Assert.Same(chat, values);
            return Task.FromResult(input);
        }));

        await scene.RunAsync(workflow, "hello", "acme");

        Assert.NotNull(values);
    }

    [Fact]
    public async Task A_profile_that_is_revoked_stops_a_run_at_its_next_call()
    {
        var store = new InMemoryProfileStore();
        var profile = Credentials.Profiles.Of("bravo", "bravo", "fake");
        store.Set(profile);
        await using var scene = new Scene(services => WorkflowsBuilder.For(services).AddProfileStore(store));
        var workflow = Written.Paid(Written.Steps("First", "Second"), async (emitted, input) =>
        {
            await emitted.AskAsync(0, input);
            store.Set(profile with { Enabled = false });
            return await emitted.AskAsync(1, input);
        });

        var error = await scene.FailureAsync(workflow, "hello", "bravo");

        Assert.Equal(WorkflowErrorCodes.ProfileDisabled, error.Code);
        Assert.Equal("Second", error.Step);
        Assert.Equal("bravo", error.Profile);
        Assert.Single(scene.Model.Requests);
    }

    private sealed record ToolValues(string Text);
}
