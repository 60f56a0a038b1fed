using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>Steps: the author's own methods, and prompts with an emitted body.</summary>
public sealed partial class StepTests
{
    [Fact]
    public async Task A_workflow_can_be_as_short_as_one_prompt()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static request => request.LastUserMessage == "Say hello to Ada.").Answer("Hello, Ada.");

        Assert.Equal("Hello, Ada.", await desk.Client<IGreetingClient>().RunAsync("Ada", "acme", ServiceDesk.Ct));

        var request = Assert.Single(desk.Server.Requests);
        Assert.Equal(desk.AcmeKey, request.Key);
        Assert.Equal("gpt-4o-mini", request.Model);
    }

    [Fact]
    public async Task A_workflow_can_be_as_short_as_one_method_and_then_needs_no_credential()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal(3, await desk.Client<ICountWordsClient>().RunAsync("one two three", ServiceDesk.Ct));
        desk.AssertNoModelCall();
    }

    [Fact]
    public async Task Each_run_is_paid_for_by_the_profile_it_names()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var client = desk.Client<IGreetingClient>();

        await client.RunAsync("Ada", "acme", ServiceDesk.Ct);
        await client.RunAsync("Bob", "bravo", ServiceDesk.Ct);
        await client.RunAsync("Cyd", "bravo", ServiceDesk.Ct);

        Assert.Equal((1, 2), (desk.Server.Usage(desk.AcmeKey).Requests, desk.Server.Usage(desk.BravoKey).Requests));
    }

    [Fact]
    public async Task A_key_given_for_one_run_pays_for_that_run()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var key = ServiceDesk.NewKey();
        desk.Server.Keys.Add(key);

        await desk.Client<IGreetingClient>().RunAsync("Ada", Credential.ApiKey(key), ServiceDesk.Ct);

        Assert.Equal(1, desk.Server.Usage(key).Requests);
        Assert.Equal(0, desk.Server.Usage(desk.AcmeKey).Requests);
    }

    [Fact]
    public async Task Steps_may_be_private_and_of_any_shape_of_result()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var number = new Number(3, []);

        Assert.Equal("6 A 2026-11-24", await desk.Client<IShapesClient>().RunAsync(number, ServiceDesk.Ct));
        Assert.Equal([6], number.Saved);
    }

    [Fact]
    public async Task The_body_of_a_prompt_is_a_method_that_a_unit_test_calls()
    {
        var chat = new OneAnswer("Hello!");

        Assert.Equal("Hello!", await new Greeting().Greet("Ada", chat, ServiceDesk.Ct));

        Assert.Equal("Say hello to Ada.", Assert.Single(chat.Messages).Text);
    }

    [Fact]
    public async Task An_inline_prompt_is_called_by_steps_in_loops_and_belongs_to_the_step_that_calls_it()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Script("bad", "better", "good");

        var events = await EventText.ListAsync(desk.Client<IReviseClient>().StreamAsync("ship it", "acme", ServiceDesk.Ct));

        Assert.Equal(["run started", "started Write", "finished Write", "run finished: Succeeded"], events.Select(EventText.Of));
        Assert.Equal("good", Assert.IsType<RunFinishedEvent<string>>(events[^1]).Output);
        Assert.Equal(3, events.OfType<StepFinishedEvent>().Single().Usage.Calls);
        Assert.Equal("Improve 'better' for: ship it", desk.Server.Requests[^1].LastUserMessage);
    }

    internal sealed record Number(int Value, List<long> Saved);

    [Workflow("greeting")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    internal sealed partial class Greeting : IWorkflow<string, string>
    {
        [Prompt("Say hello to {{name}}.")]
        public partial Task<string> Greet(string name, IChatClient chat, CancellationToken ct);
    }

    [Workflow("count-words")]
    internal sealed partial class CountWords : IWorkflow<string, int>
    {
        [Step]
        public int Count(string text) => text.Split(' ').Length;
    }

    [Workflow("shapes")]
    internal sealed partial class Shapes : IWorkflow<Number, string>
    {
        [Step]
        private ValueTask<long> Twice(Number number) => new(number.Value * 2);

        [Step]
        private async Task<char> Letter()
        {
            await Task.Yield();
            return 'A';
        }

        [Step]
        private static DateOnly Day() => new(2026, 11, 24);

        [Step]
        private async Task Save(long twice, Number number, CancellationToken ct)
        {
            await Task.Yield();
            ct.ThrowIfCancellationRequested();
            number.Saved.Add(twice);
        }

        [Step]
        private string Join(long twice, char letter, DateOnly day) => $"{twice} {letter} {day:yyyy-MM-dd}";
    }

    [Workflow("revise")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    internal sealed partial class Revise : IWorkflow<string, string>
    {
        [Step]
        public async Task<string> Write(string task, IChatClient chat, CancellationToken ct)
        {
            var draft = "";
            while (draft != "good")
                draft = await Improve(draft, task, chat, ct);
            return draft;
        }

        [Prompt("Improve '{{draft}}' for: {{task}}", Inline = true)]
        private partial Task<string> Improve(string draft, string task, IChatClient chat, CancellationToken ct);
    }

    private sealed class OneAnswer(string text) : IChatClient
    {
        public List<ChatMessage> Messages { get; } = [];

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Messages.AddRange(messages);
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, text)));
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
