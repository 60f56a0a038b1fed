using System.ClientModel;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using OpenAI;

namespace KeyedWorkflows.Testing.Tests;

/// <summary>What the package's README shows, as it stands there.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public async Task One_workflow_with_scripted_models()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var host = WorkflowTestHost.Create<SupportReply, Ticket, Reply>(workflows =>
        {
            workflows.Services.AddSingleton<IOrderBook>(new OrderBook(new Order("A-1")));
            workflows.AddScriptedProfile("client_a", tenant: "acme");
        });
        host.Step("Classify").AnswerJson(new Topic("delivery", Mood.Calm));
        host.Step("Draft").Script(ModelServerFault.RateLimited(), ModelAnswer.Stream("It is ", "on its way."));

        var run = await host.RunAsync(new Ticket("Where is my order?"), "client_a", cancellationToken: ct);

        run.AssertSucceeded()
            .AssertRan("Classify", "Draft", "Finish").AssertSkipped("Escalate").AssertOrder("Classify", "Draft")
            .AssertPrompt("Draft", "A-1", "Where is my order?").AssertPromptWithout("Classify", "A-1")
            .AssertBoundTo("client_a", CredentialSource.Call)
            .AssertCalls(3);
    }

    [Fact]
    public async Task A_single_step()
    {
        var ct = TestContext.Current.CancellationToken;
        ScriptedModels models = new();
        models.When(request => request.LastUserMessage.Contains("order")).Answer("""{"name":"delivery","mood":"Calm"}""");
        Topic topic = await new SupportReply(new OrderBook()).Classify(new Ticket("Where is my order?"), models.ChatClient(), ct);

        Assert.Equal("delivery", topic.Name);
    }

    [Fact]
    public async Task The_isolation_proof()
    {
        var ct = TestContext.Current.CancellationToken;
        IsolationResult result = await WorkflowIsolation.VerifyAsync<SupportReply>(
            options =>
            {
                options.Configure = workflows => workflows.Services.AddSingleton<IOrderBook>(new OrderBook());
                options.Input = run => new Ticket($"Where is the order of {run.Marker}?");
            },
            ct);

        Assert.Equal((1_000, 250), (result.Succeeded, result.RunsWithOwnKey));
    }

    [Fact]
    public async Task The_model_server()
    {
        var (key, otherKey) = ("key-" + Guid.NewGuid().ToString("N"), "key-" + Guid.NewGuid().ToString("N"));
        await using var server = await ModelServer.StartAsync(key, otherKey);

        server.When(r => r.LastUserMessage.Contains("refund")).Answer("We refund you.");
        server.When(r => r.Tools.Contains("LookUp")).Times(1).CallTool("LookUp", new { orderId = 7 });
        server.ForKey(otherKey).Script("first", ModelServerFault.RateLimited(TimeSpan.FromSeconds(2)), "second");
        server.Answer("anything else");

        var chat = new OpenAIClient(new ApiKeyCredential(key), new() { Endpoint = server.Endpoint })
            .GetChatClient("gpt-4o-mini").AsIChatClient();

        Assert.Equal("We refund you.", (await chat.GetResponseAsync("a refund", cancellationToken: TestContext.Current.CancellationToken)).Text);
        Assert.Equal((1L, 1, 1L), (server.Usage(key).Requests, server.Requests.Count, server.Connections));
    }
}
