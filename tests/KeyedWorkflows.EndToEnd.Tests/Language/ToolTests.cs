using System.ComponentModel;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>Methods that a prompt offers to the model: part of their parameters the model's, part the run's.</summary>
public sealed partial class ToolTests
{
    [Fact]
    public async Task The_model_fills_in_its_parameters_and_the_run_the_others()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Script(ModelAnswer.CallTool("LookUp", """{"orderId":42,"kind":"Full"}"""), "It is on its way.");

        Assert.Equal("It is on its way.", await desk.Client<ITrackerClient>().RunAsync(new Ticket("eve", "Where is 42?"), "acme", ServiceDesk.Ct));

        Assert.Equal("order 42 of acme for eve in nl (Full)", desk.Server.Requests[1].Messages[^1].Text);
    }

    [Fact]
    public async Task What_the_run_gives_is_absent_from_the_schema_that_the_model_sees()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Answer("no tool needed");

        await desk.Client<ITrackerClient>().RunAsync(new Ticket("eve", "Hi"), "acme", ServiceDesk.Ct);

        var function = desk.Server.Requests[0].Json.GetProperty("tools")[0].GetProperty("function");
        Assert.Equal("LookUp", function.GetProperty("name").GetString());
        Assert.Equal("Looks an order up.", function.GetProperty("description").GetString());
        var parameters = function.GetProperty("parameters");
        Assert.Equal(["orderId", "kind"], parameters.GetProperty("properties").EnumerateObject().Select(static property => property.Name));
        Assert.Equal("The order's number.", parameters.GetProperty("properties").GetProperty("orderId").GetProperty("description").GetString());
        Assert.Equal(["orderId"], parameters.GetProperty("required").EnumerateArray().Select(static name => name.GetString()));
    }

    [Fact]
    public async Task ToolTenantComesFromRunContext()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Script(ModelAnswer.CallTool("LookUp", """{"orderId":1,"tenant":"bravo","run":{"tenant":"bravo"}}"""), "done");

        await desk.Client<ITrackerClient>().RunAsync(new Ticket("eve", "Show me the orders of bravo"), "acme", ServiceDesk.Ct);

        Assert.Contains("of acme", desk.Server.Requests[1].Messages[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_exception_is_told_to_the_model()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Script(ModelAnswer.CallTool("LookUp", """{"orderId":404}"""), "There is none.");

        Assert.Equal("There is none.", await desk.Client<ITrackerClient>().RunAsync(new Ticket("eve", "404?"), "acme", ServiceDesk.Ct));

        Assert.Equal("There is no such order.", desk.Server.Requests[1].Messages[^1].Text);
    }

    [Fact]
    public async Task Any_other_failure_fails_the_step_and_the_model_hears_nothing_of_it()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Script(ModelAnswer.CallTool("LookUp", """{"orderId":500}"""), "never");

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<ITrackerClient>().RunAsync(new Ticket("eve", "500?"), "acme", ServiceDesk.Ct));

        Assert.Equal((WorkflowErrorCodes.StepFailed, "Answer"), (error.Code, error.Step));
        Assert.IsType<InvalidOperationException>(error.InnerException);
        Assert.Single(desk.Server.Requests);
    }

    [Fact]
    public async Task A_wrong_argument_is_told_to_the_model_which_may_do_better()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Script(ModelAnswer.CallTool("LookUp", """{"orderId":"forty-two"}"""), ModelAnswer.CallTool("LookUp", "{}"), ModelAnswer.CallTool("LookUp", """{"orderId":42}"""), "done");

        Assert.Equal("done", await desk.Client<ITrackerClient>().RunAsync(new Ticket("eve", "42?"), "acme", ServiceDesk.Ct));

        Assert.Equal(
            ["The argument 'orderId' is not of its type. See the tool's schema.", "The argument 'orderId' is missing.", "order 42 of acme for eve in nl (Brief)"],
            desk.Server.Requests[3].Messages.Where(static message => message.Role == "tool").Select(static message => message.Text));
    }

    [Fact]
    public async Task ToolLoopIsBoundedAndEachCallChecked()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        // It tires in the end, long after every bound: a loop without one succeeds, and is seen.
        desk.Server.When(static _ => true).Times(20).CallTool("Again");
        desk.Server.Answer("tired");

        var rounds = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IEndlessToolClient>().RunAsync("x", "acme", ServiceDesk.Ct));
        var requests = desk.Server.Requests.Count;
        var calls = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IEndlessToolClient>().RunAsync("x", "acme", new RunOptions { MaxCalls = 2 }, ServiceDesk.Ct));

        Assert.Equal(WorkflowErrorCodes.ToolRoundsReached, rounds.Code);
        Assert.Equal(4, requests);
        Assert.Equal(WorkflowErrorCodes.CallLimitReached, calls.Code);
        Assert.Equal(6, desk.Server.Requests.Count);
    }

    [Fact]
    public async Task RevokedDuringToolLoopStopsNextAttempt()
    {
        var store = new InMemoryProfileStore();
        var profile = ServiceDesk.Profile("revocable", ServiceDesk.NewKey());
        store.Set(profile);
        await using var desk = await ServiceDesk.OpenAsync(builder => builder.AddProfileStore(store));
        desk.Server.Keys.Add(profile.ApiKey!.Reveal());
        desk.Server.When(static _ => true).Answer(_ =>
        {
            store.Set(profile with { Enabled = false });
            return ModelAnswer.CallTool("Again");
        });

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IEndlessToolClient>().RunAsync("x", "revocable", ServiceDesk.Ct));

        Assert.Equal((WorkflowErrorCodes.ProfileDisabled, "Ask", "revocable"), (error.Code, error.Step, error.Profile));
        Assert.Single(desk.Server.Requests);
    }

    [Fact]
    public async Task A_key_that_is_rotated_in_a_tool_loop_pays_from_the_next_call_on()
    {
        var store = new InMemoryProfileStore();
        var profile = ServiceDesk.Profile("rotating", ServiceDesk.NewKey());
        var rotated = ServiceDesk.NewKey();
        store.Set(profile);
        await using var desk = await ServiceDesk.OpenAsync(builder => builder.AddProfileStore(store));
        desk.Server.Keys.Add(profile.ApiKey!.Reveal());
        desk.Server.Keys.Add(rotated);
        desk.Server.When(static _ => true).Times(1).Answer(_ =>
        {
            store.Set(profile with { ApiKey = Secret.From(rotated) });
            return ModelAnswer.CallTool("Again");
        });
        desk.Server.Answer("done");

        Assert.Equal("done", await desk.Client<IEndlessToolClient>().RunAsync("x", "rotating", ServiceDesk.Ct));

        Assert.Equal([profile.ApiKey.Reveal(), rotated], desk.Server.Requests.Select(static request => request.Key));
    }

    [Fact]
    public async Task A_prompt_with_tools_may_make_as_many_calls_as_its_rounds_need()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static _ => true).Times(8).CallTool("LookUp", """{"orderId":1}""");
        desk.Server.Answer("after eight rounds");

        Assert.Equal("after eight rounds", await desk.Client<ITrackerClient>().RunAsync(new Ticket("eve", "1?"), "acme", ServiceDesk.Ct));
        Assert.Equal(9, desk.Server.Requests.Count);
    }

    [Fact]
    public async Task Tools_of_a_property_are_offered_beside_methods()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Script(ModelAnswer.CallTool("add", """{"one":2,"other":3}"""), ModelAnswer.CallTool("shout", """{"text":"five"}"""), "FIVE it is");

        Assert.Equal("FIVE it is", await desk.Client<IBorrowedToolsClient>().RunAsync("2+3?", "acme", ServiceDesk.Ct));

        Assert.Equal(["add", "shout"], desk.Server.Requests[0].Tools.Order());
        Assert.Equal(["5", "FIVE"], desk.Server.Requests[2].Messages.Where(static message => message.Role == "tool").Select(static message => message.Text));
    }

    [Fact]
    public async Task A_stream_may_call_tools_and_a_typed_answer_too()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Script(
            ModelAnswer.CallTool("Weather", """{"city":"Oslo"}"""), """{"name":"Oslo","dry":true}""",
            ModelAnswer.CallTool("Weather", """{"city":"Rome"}"""), ModelAnswer.Stream("Rome ", "is dry."));

        Assert.Equal("Oslo: Rome is dry.", await desk.Client<ITravelClient>().RunAsync("plan", "acme", ServiceDesk.Ct));
    }

    [Fact]
    public async Task A_tool_takes_what_a_step_produced_and_an_input_of_text_where_they_are_marked_so()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Script(ModelAnswer.CallTool("Price", """{"item":"bolt"}"""), "7 euros");

        Assert.Equal("7 euros", await desk.Client<IPricedClient>().RunAsync("How much is a bolt?", "acme", ServiceDesk.Ct));

        Assert.Equal("How much is a bolt? -> 7", desk.Server.Requests[1].Messages[^1].Text);
        Assert.Equal(["item"], desk.Server.Requests[0].Json.GetProperty("tools")[0].GetProperty("function").GetProperty("parameters").GetProperty("properties").EnumerateObject().Select(static property => property.Name));
    }

    public enum Detail
    {
        Brief,
        Full,
    }

    public sealed record Ticket(string Customer, string Text);

    public sealed record City(string Name, bool Dry);

    public sealed record PriceList(IReadOnlyDictionary<string, int> Prices);

    [Workflow("tracker")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Tracker : IWorkflow<Ticket, string>
    {
        [Prompt("{{ticket.Text}}", Tools = [nameof(LookUp)])]
        public partial Task<string> Answer(Ticket ticket, IChatClient chat, CancellationToken ct);

        [Tool]
        [Description("Looks an order up.")]
        public async Task<string> LookUp([Description("The order's number.")] int orderId, Ticket ticket, RunContext run, CancellationToken ct, Detail kind = Detail.Brief)
        {
            await Task.Yield();
            ct.ThrowIfCancellationRequested();
            return orderId switch
            {
                404 => throw new ToolException("There is no such order."),
                500 => throw new InvalidOperationException("database"),
                _ => $"order {orderId} of {run.Tenant} for {ticket.Customer} in nl ({kind})",
            };
        }
    }

    [Workflow("endless-tool")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class EndlessTool : IWorkflow<string, string>
    {
        [Prompt("{{text}}", Tools = [nameof(Again)], MaxToolRounds = 3)]
        public partial Task<string> Ask(string text, IChatClient chat, CancellationToken ct);

        [Tool(Description = "Again.")]
        public static string Again() => "and again";
    }

    [Workflow("borrowed-tools")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class BorrowedTools : IWorkflow<string, string>
    {
        public IEnumerable<AITool> Calculator => [AIFunctionFactory.Create((int one, int other) => one + other, "add", "Adds.")];

        [Prompt("{{text}}", Tools = [nameof(Calculator), nameof(Shout)])]
        public partial Task<string> Ask(string text, IChatClient chat, CancellationToken ct);

        [Tool(Name = "shout", Description = "Shouts.")]
        public static string Shout(string text) => text.ToUpperInvariant();
    }

    [Workflow("travel")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Travel : IWorkflow<string, string>
    {
        [Prompt("Pick a city: {{text}}", Tools = [nameof(Weather)])]
        public partial Task<City> Pick([FromInput] string text, IChatClient chat, CancellationToken ct);

        [Prompt("Describe another than {{city.Name}}.", Tools = [nameof(Weather)])]
        public partial IAsyncEnumerable<string> Describe(City city, IChatClient chat, CancellationToken ct);

        [Step]
        [Output]
        public string Join(City city, [From(nameof(Describe))] string text) => $"{city.Name}: {text}";

        [Tool(Description = "The weather of a city.")]
        public static City Weather(string city) => new(city, true);
    }

    [Workflow("priced")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Priced : IWorkflow<string, string>
    {
        [Step]
        public PriceList Load() => new(new Dictionary<string, int> { ["bolt"] = 7 });

        [Prompt("{{text}}", Tools = [nameof(Price)])]
        public partial Task<string> Answer(string text, IChatClient chat, CancellationToken ct);

        [Tool(Description = "The price of an item.")]
        public static string Price(string item, [From(nameof(Load))] PriceList prices, [FromInput] string question) => $"{question} -> {prices.Prices[item]}";
    }
}
