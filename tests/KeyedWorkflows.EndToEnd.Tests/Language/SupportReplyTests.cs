using System.Collections.Concurrent;
using System.Diagnostics;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>The workflow of the first page, in a host that reads its profiles from configuration.</summary>
public sealed partial class SupportReplyTests
{
    [Fact]
    public async Task Classify_and_FindOrders_run_side_by_side_and_each_client_pays_for_its_own()
    {
        await using var server = await ModelServer.StartAsync(static _ => { }, ServiceDesk.Ct);
        using var host = HostOf(server, out var keyA, out var keyB);
        var gate = new ModelServerGate();
        server.When(static request => request.ResponseSchema is not null).HoldUntil(gate).AnswerJson("""{"name":"delivery"}""");
        server.When(static request => request.IsStreaming).Answer(static request => ModelAnswer.Stream("Dear customer, ", request.LastUserMessage));
        var orders = (OrderBook)host.Services.GetRequiredService<IOrderBook>();
        orders.Asked = gate.Open;
        var client = host.Services.GetRequiredService<ISupportReplyClient>();

        // The model's answer is held until the orders were asked for.
        var reply = await client.RunAsync(new Ticket("Where is it?"), "client_a_openai", ServiceDesk.Ct);
        var other = await client.RunAsync(new Ticket("Where is it?"), "client_b_openai", ServiceDesk.Ct);

        Assert.Equal(new Reply("Dear customer, Orders: [{\"item\":\"bolt of client_a\"}]\nTicket (delivery): Where is it?", "delivery"), reply);
        Assert.Contains("bolt of client_b", other.Text, StringComparison.Ordinal);
        Assert.Equal((2, 2), (server.Usage(keyA).Requests, server.Usage(keyB).Requests));
        Assert.Equal("You are a support agent.", server.Requests[1].SystemMessage);
    }

    [Fact]
    public async Task The_hosts_default_pays_where_nothing_else_is_said()
    {
        await using var server = await ModelServer.StartAsync(static _ => { }, ServiceDesk.Ct);
        using var host = HostOf(server, out _, out var keyB);
        var client = host.Services.GetRequiredService<ISupportReplyClient>();

#pragma warning disable KW1004 // The host's default is what is tested; it stands in no file of the project.
        var run = await client.StartAsync(new Ticket("Hi"), ServiceDesk.Ct);
#pragma warning restore KW1004
        await run.Output;

        Assert.Equal((CredentialSource.HostDefault, "client_b_openai"), (run.Binding.Slots[0].Source, run.Binding.Slots[0].ProfileName));
        Assert.Equal(2, server.Usage(keyB).Requests);
    }

    [Fact]
    public async Task Its_traces_are_one_tree_of_run_steps_and_model_calls()
    {
        var source = "support-reply-" + Guid.NewGuid().ToString("N");
        ConcurrentQueue<Activity> spans = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = heard => heard.Name == source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await ModelServer.StartAsync(static _ => { }, ServiceDesk.Ct);
        using var host = HostOf(server, out _, out _, w => w.UseOpenTelemetry(source));
        server.When(static request => request.ResponseSchema is not null).AnswerJson("""{"name":"delivery"}""");

        await host.Services.GetRequiredService<ISupportReplyClient>().RunAsync(new Ticket("Where is it?"), "client_a_openai", ServiceDesk.Ct);

        Assert.Equal(
            [
                "invoke_workflow support-reply", "invoke_workflow support-reply > step Classify", "invoke_workflow support-reply > step Classify > chat gpt-4o-mini",
                "invoke_workflow support-reply > step Draft", "invoke_workflow support-reply > step Draft > chat gpt-4o-mini",
                "invoke_workflow support-reply > step FindOrders", "invoke_workflow support-reply > step Finish",
            ],
            spans.Select(PathOf).Order(StringComparer.Ordinal));
        Assert.All(spans.Where(static span => !span.DisplayName.StartsWith("step", StringComparison.Ordinal)), static span => Assert.Equal("client_a_openai", span.GetTagItem("keyedworkflows.profile")));
        Assert.All(server.Requests, static request => Assert.DoesNotContain(request.Headers, static header => header.Key.StartsWith("trace", StringComparison.OrdinalIgnoreCase)));

        string PathOf(Activity span) => spans.FirstOrDefault(other => other.SpanId == span.ParentSpanId) is { } above ? PathOf(above) + " > " + span.DisplayName : span.DisplayName;
    }

    private static IHost HostOf(ModelServer server, out string keyA, out string keyB, Action<WorkflowsBuilder>? configure = null)
    {
        (keyA, keyB) = (ServiceDesk.NewKey(), ServiceDesk.NewKey());
        server.Keys.Add(keyA);
        server.Keys.Add(keyB);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["KeyedWorkflows:DefaultProfile"] = "client_b_openai",
            ["KeyedWorkflows:Profiles:client_a_openai:Tenant"] = "client_a",
            ["KeyedWorkflows:Profiles:client_a_openai:Provider"] = "openai",
            ["KeyedWorkflows:Profiles:client_a_openai:ApiKey"] = keyA,
            ["KeyedWorkflows:Profiles:client_b_openai:Tenant"] = "client_b",
            ["KeyedWorkflows:Profiles:client_b_openai:Provider"] = "openai",
            ["KeyedWorkflows:Profiles:client_b_openai:ApiKey"] = keyB,
        });
        builder.Services.AddSingleton<IOrderBook, OrderBook>();
        var workflows = builder.Services.AddWorkflows().AddOpenAI(options => options.Endpoint = server.Endpoint);
        configure?.Invoke(workflows);
        return builder.Build();
    }

    public sealed record Ticket(string Question);

    public sealed record Topic(string Name);

    public sealed record Order(string Item);

    public sealed record Reply(string Text, string Topic);

    public interface IOrderBook
    {
        Task<IReadOnlyList<Order>> RecentAsync(string? tenant, CancellationToken ct);
    }

    private sealed class OrderBook : IOrderBook
    {
        public Action? Asked { get; set; }

        public async Task<IReadOnlyList<Order>> RecentAsync(string? tenant, CancellationToken ct)
        {
            await Task.Yield();
            Asked?.Invoke();
            return [new($"bolt of {tenant}")];
        }
    }

    [Workflow("support-reply", Description = "Answers a support ticket")]
    [CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
    public sealed partial class SupportReply(IOrderBook orders) : IWorkflow<Ticket, Reply>
    {
        [Prompt("Which topic is this ticket about?\n{{ticket.Question}}")]
        public partial Task<Topic> Classify(Ticket ticket, IChatClient chat, CancellationToken ct);

        [Step]
        public Task<IReadOnlyList<Order>> FindOrders(RunContext run, CancellationToken ct) => orders.RecentAsync(run.Tenant, ct);

        [Prompt(System = "You are a support agent.", User = "Orders: {{orders}}\nTicket ({{topic.Name}}): {{ticket.Question}}")]
        public partial IAsyncEnumerable<string> Draft(Ticket ticket, Topic topic, IReadOnlyList<Order> orders, IChatClient chat, CancellationToken ct);

        [Step]
        public Reply Finish([From(nameof(Draft))] string text, Topic topic) => new(text, topic.Name);
    }
}
