using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>Which model is asked, with which options. A slot is a payer, not a model.</summary>
public sealed partial class ModelTests
{
    [Fact]
    public async Task The_parameter_goes_before_the_prompt_the_prompt_before_the_slot()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        await desk.Client<ILevelsClient>().RunAsync("x", "acme", ServiceDesk.Ct);

        Assert.Equal(["by-slot", "by-prompt", "by-parameter"], desk.Server.Requests.OrderBy(static request => request.LastUserMessage, StringComparer.Ordinal).Select(static request => request.Model));
    }

    [Fact]
    public async Task The_profiles_own_model_comes_last()
    {
        await using var desk = await WithProfileAsync(With("own", "by-profile"));

        await desk.Client<IUnnamedClient>().RunAsync("x", "own", ServiceDesk.Ct);

        Assert.Equal("by-profile", Assert.Single(desk.Server.Requests).Model);
    }

    [Fact]
    public async Task The_profiles_map_has_the_last_word()
    {
        await using var desk = await WithProfileAsync(With("mapped", null) with { Models = new Dictionary<string, string> { ["by-slot"] = "acme-prod", ["by-prompt"] = "acme-test" } });

        await desk.Client<ILevelsClient>().RunAsync("x", "mapped", ServiceDesk.Ct);

        Assert.Equal(["acme-prod", "acme-test", "by-parameter"], desk.Server.Requests.OrderBy(static request => request.LastUserMessage, StringComparer.Ordinal).Select(static request => request.Model));
    }

    [Fact]
    public async Task Without_any_model_the_run_is_refused_before_its_first_step()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IUnnamedClient>().RunAsync("x", "acme", ServiceDesk.Ct));

        Assert.Equal((WorkflowErrorCodes.ModelMissing, "main", "acme", null), (error.Code, error.Slot, error.Profile, error.Step));
        desk.AssertNoModelCall();
    }

    [Fact]
    public async Task A_fallback_is_asked_on_the_same_profile_where_the_model_is_not_there()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static request => request.Model == "first").Fail(ModelServerFault.ModelNotFound());

        var events = await EventText.ListAsync(desk.Client<IFallingBackClient>().StreamAsync("x", "acme", ServiceDesk.Ct));

        Assert.Equal(["first", "second"], desk.Server.Requests.Select(static request => request.Model));
        Assert.All(desk.Server.Requests, request => Assert.Equal(desk.AcmeKey, request.Key));
        Assert.Equal(2, ((RunEndedEvent)events[^1]).Usage.Calls);
    }

    [Fact]
    public async Task A_refused_key_asks_no_fallback()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Keys.Remove(desk.AcmeKey);

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IFallingBackClient>().RunAsync("x", "acme", ServiceDesk.Ct));

        Assert.Equal(WorkflowErrorCodes.Unauthorized, error.Code);
        Assert.Single(desk.Server.Requests);
    }

    [Fact]
    public async Task Options_of_the_prompt_go_with_the_call()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        await desk.Client<ITunedClient>().RunAsync(new Wish("x", 321), "acme", ServiceDesk.Ct);

        var json = desk.Server.Requests[0].Json;
        Assert.Equal(0, json.GetProperty("temperature").GetDouble());
        Assert.Equal(0.25, json.GetProperty("top_p").GetDouble(), 3);
        Assert.Equal(77, json.GetProperty("max_completion_tokens").GetInt32());
        Assert.Equal(5, json.GetProperty("seed").GetInt64());
        Assert.Equal("low", json.GetProperty("reasoning_effort").GetString());
        Assert.Equal(["stop-321"], json.GetProperty("stop").EnumerateArray().Select(static stop => stop.GetString()));
    }

    [Fact]
    public async Task What_a_prompt_leaves_out_is_left_to_the_provider()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        await desk.Client<IFallingBackClient>().RunAsync("x", "acme", ServiceDesk.Ct);

        var json = desk.Server.Requests[0].Json;
        Assert.All(new[] { "temperature", "top_p", "max_completion_tokens", "max_tokens", "seed", "reasoning_effort" }, name => Assert.False(json.TryGetProperty(name, out _), name));
    }

    [Fact]
    public async Task A_step_may_embed_under_the_slots_embedding_model_or_its_own()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var run = await desk.Client<IEmbedClient>().StartAsync(new Wish("hello", 2), "acme", ServiceDesk.Ct);

        Assert.Equal("1536 1536", await run.Output);
        Assert.Equal(["embed-slot", "embed-parameter"], desk.Server.Requests.Select(static request => request.Model));
        Assert.Equal(["hello"], desk.Server.Requests[0].Inputs);
        Assert.Equal(desk.AcmeKey, desk.Server.Requests[1].Key);
        Assert.Equal(2, run.Usage.Calls);
        Assert.Equal(desk.Server.Usage(desk.AcmeKey).PromptTokens, run.Usage.InputTokens);
    }

    [Fact]
    public async Task A_step_of_the_authors_own_may_name_the_model_in_its_call()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        await desk.Client<IByHandClient>().RunAsync("x", "acme", ServiceDesk.Ct);

        Assert.Equal("by-call", Assert.Single(desk.Server.Requests).Model);
    }

    private static async Task<ServiceDesk> WithProfileAsync(StoredProfile profile)
    {
        var desk = await ServiceDesk.OpenAsync(builder => builder.AddProfile(profile));
        desk.Server.Keys.Add(profile.ApiKey!.Reveal());
        return desk;
    }

    private static StoredProfile With(string name, string? model) => ServiceDesk.Profile(name, ServiceDesk.NewKey()) with { Model = model };

    public sealed record Wish(string Text, int Number);

    [Workflow("levels")]
    [CredentialProfile(Model = "by-slot")]
    public sealed partial class Levels : IWorkflow<string, string>
    {
        [Prompt("1 {{text}}")]
        public partial Task<string> BySlot([FromInput] string text, IChatClient chat, CancellationToken ct);

        [Prompt("2 {{text}}", Model = "by-prompt")]
        public partial Task<string> ByPrompt([FromInput] string text, IChatClient chat, CancellationToken ct);

        [Prompt("3 {{text}}", Model = "by-prompt")]
        public partial Task<string> ByParameter([FromInput] string text, [Slot(Model = "by-parameter")] IChatClient chat, CancellationToken ct);

        [Step]
        public string Join([From(nameof(BySlot))] string one, [From(nameof(ByPrompt))] string two, [From(nameof(ByParameter))] string three) => one + two + three;
    }

    [Workflow("unnamed")]
    [CredentialProfile(Provider = "openai")]
    public sealed partial class Unnamed : IWorkflow<string, string>
    {
        [Prompt("{{text}}")]
        public partial Task<string> Ask(string text, IChatClient chat, CancellationToken ct);
    }

    [Workflow("falling-back")]
    [CredentialProfile(Model = "first", FallbackModel = "second")]
    public sealed partial class FallingBack : IWorkflow<string, string>
    {
        [Prompt("{{text}}")]
        public partial Task<string> Ask(string text, IChatClient chat, CancellationToken ct);
    }

    [Workflow("tuned")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Tuned : IWorkflow<Wish, string>
    {
        [Prompt("{{wish.Text}}", Temperature = 0, TopP = 0.25, MaxOutputTokens = 77, Seed = 5, ReasoningEffort = ReasoningEffort.Low, ConfigureOptions = nameof(Edit))]
        public partial Task<string> Ask(Wish wish, IChatClient chat, CancellationToken ct);

        private static void Edit(ChatOptions options, Wish wish) => options.StopSequences = [$"stop-{wish.Number}"];
    }

    [Workflow("embedding")]
    [CredentialProfile(EmbeddingModel = "embed-slot")]
    public sealed partial class Embed : IWorkflow<Wish, string>
    {
        [Step]
        public async Task<string> Measure(
            Wish wish,
            IEmbeddingGenerator<string, Embedding<float>> generator,
            [Slot(Model = "embed-parameter")] IEmbeddingGenerator<string, Embedding<float>> other,
            CancellationToken ct)
        {
            var one = await generator.GenerateAsync([wish.Text], cancellationToken: ct);
            var two = await other.GenerateAsync([wish.Text], cancellationToken: ct);
            return $"{one[0].Vector.Length} {two[0].Vector.Length}";
        }
    }

    [Workflow("by-hand")]
    [CredentialProfile]
    public sealed partial class ByHand : IWorkflow<string, string>
    {
        [Step]
        public async Task<string> Ask(string text, IChatClient chat, CancellationToken ct) =>
            (await chat.GetResponseAsync(text, new ChatOptions { ModelId = "by-call" }, ct)).Text;
    }
}
