using KeyedWorkflows.Client.Tests.Scene;
using KeyedWorkflows.Client.Tests.Workflows;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Server.Tests.Workflows;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.Client.Tests;

public sealed class FailureTests
{
    private static readonly KeyedInput Hello = new() { Text = "Hello" };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Task<WorkflowRunException> FailureOf(Func<Task> run) => Assert.ThrowsAsync<WorkflowRunException>(run);

    [Fact]
    public async Task A_failure_says_what_it_says_in_process()
    {
        await using var scene = await ClientScene.StartAsync();
        scene.Models.Keys.Remove(scene.Key);
        await using var local = LocalHost.Of(scene);

        var here = await FailureOf(() => local.Get<IKeyedClient>().RunAsync(Hello, "acme_openai", Ct));
        var there = await FailureOf(() => scene.Get<IKeyedClient>().RunAsync(Hello, "acme_openai", Ct));

        Assert.Equal(WorkflowErrorCodes.Unauthorized, there.Code);
        Assert.Equal((here.Code, here.Message, here.Workflow, here.Step, here.Attempt, here.Slot, here.Profile, here.StatusCode), (there.Code, there.Message, there.Workflow, there.Step, there.Attempt, there.Slot, there.Profile, there.StatusCode));
        Assert.Equal(44, there.RunId!.Length);
        Assert.DoesNotContain(scene.Key, there.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_token_is_not_taken_for_a_refused_key()
    {
        await using var scene = await ClientScene.StartAsync();
        var token = "app-" + Guid.NewGuid().ToString("N");
        var client = scene.AddHost(token: Secret.From(token)).Get<IKeyedClient>();

        var failure = await FailureOf(() => client.RunAsync(Hello, "acme_openai", Ct));

        Assert.Equal(WorkflowErrorCodes.TokenRefused, failure.Code);
        Assert.DoesNotContain(token, failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(WorkflowErrorCodes.TokenRefused, (await FailureOf(() => client.ExplainAsync(Hello, "acme_openai", cancellationToken: Ct))).Code);
    }

    [Fact]
    public async Task A_workflow_that_the_token_may_not_run_looks_unknown()
    {
        await using var scene = await ClientScene.StartAsync(token: token => token.Draft = token.Draft with { Workflows = ["desk"] });

        Assert.Equal(WorkflowErrorCodes.WorkflowNotFound, (await FailureOf(() => scene.Get<IKeyedClient>().RunAsync(Hello, "acme_openai", Ct))).Code);
    }

    [Fact]
    public async Task An_address_that_is_not_the_APIs_is_named_as_the_cause()
    {
        await using var scene = await ClientScene.StartAsync();
        var client = scene.AddHost(new Uri(scene.Server.Address, "/elsewhere")).Get<IKeyedClient>();

        Assert.Contains("BaseAddress", (await FailureOf(() => client.RunAsync(Hello, "acme_openai", Ct))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tokens_own_limit_is_not_the_providers()
    {
        await using var scene = await ClientScene.StartAsync(token: token => token.Draft = token.Draft with { RequestsPerMinute = 1 });
        var client = scene.AddHost(configure: options => options.RetryFor = TimeSpan.Zero).Get<IKeyedClient>();
        await client.RunAsync(Hello, "acme_openai", Ct);

        var failure = await FailureOf(() => client.RunAsync(Hello, "acme_openai", Ct));

        Assert.Equal(WorkflowErrorCodes.TooManyRequests, failure.Code);
        Assert.True(failure.RetryAfter > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_server_that_is_down_is_a_failed_connection()
    {
        await using var scene = await ClientScene.StartAsync();
        await using var line = CutLine.Down(scene.Server.Address);
        var client = scene.AddHost(line.Address, configure: options => options.RetryFor = TimeSpan.Zero).Get<IKeyedClient>();

        var failure = await FailureOf(() => client.RunAsync(Hello, "acme_openai", Ct));

        Assert.Equal(WorkflowErrorCodes.ConnectionFailed, failure.Code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Not A Name")]
    public async Task A_credential_that_is_given_and_unusable_is_refused_before_anything_is_sent(string? name)
    {
        await using var scene = await ClientScene.StartAsync();
        var (line, host) = scene.AddLine();

        foreach (var run in (Func<Task>[])[
            () => host.Get<IKeyedClient>().RunAsync(Hello, Credential.Profile(name), Ct),
            () => host.Get<IKeyedClient>().RunAsync(Hello, default(Credential), Ct),
            () => host.Get<ICaptionedClient>().RunAsync(new CaptionedInput(new WorkflowFile("a.txt", "text/plain", "Hello"u8.ToArray())), Credential.Profile(name), Ct),
            () => host.Get<ITwoSlotsClient>().RunAsync("Hello", new TwoSlotsCredentials { Write = "acme_openai", Check = Credential.Id(name) }, Ct)])
        {
            Assert.Equal(WorkflowErrorCodes.CredentialInvalid, (await FailureOf(run)).Code);
        }
        Assert.Equal(0, line.Connections);
    }

    [Fact]
    public async Task An_endpoint_of_the_callers_is_refused_before_anything_is_sent()
    {
        await using var scene = await ClientScene.StartAsync();
        var (line, host) = scene.AddLine();
        var key = ServerScene.NewKey();

        var failure = await FailureOf(() => host.Get<IKeyedClient>().RunAsync(Hello, Credential.ApiKey(key, new Uri("https://models.example.com/v1")), Ct));

        Assert.Equal(WorkflowErrorCodes.CredentialInvalid, failure.Code);
        Assert.DoesNotContain(key, failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, line.Connections);
    }

    [Fact]
    public async Task An_input_that_is_null_is_refused_as_in_process()
    {
        await using var scene = await ClientScene.StartAsync();
        await using var local = LocalHost.Of(scene);

        var here = await FailureOf(() => local.Get<IKeyedClient>().RunAsync(null!, "acme_openai", Ct));
        var there = await FailureOf(() => scene.Get<IKeyedClient>().RunAsync(null!, "acme_openai", Ct));

        Assert.Equal((here.Code, here.Message), (there.Code, there.Message));
    }

    [Fact]
    public async Task A_run_that_succeeded_and_whose_output_is_not_kept_is_never_given_an_empty_one()
    {
        await using var scene = await ClientScene.StartAsync(server => server.Capture = CaptureLevel.None);
        var gate = new ModelServerGate();
        scene.Models.When(request => request.LastUserMessage == "Begin: a fox").HoldUntil(gate).Stream("Once");
        var (line, host) = scene.AddLine();

        // An output that {} could be taken for.
        var run = await host.Get<IStoryClient>().StartAsync(new StoryInput("a fox"), "acme_openai", Ct);
        await gate.ArrivedAsync(1, Ct);
        using var caller = scene.Server.Anyone(scene.Token.Reveal());
        line.Pause();
        line.Cut();
        gate.Open();
        while (!(await caller.GetStringAsync($"workflow/{run.RunId}/events?user=keyedworkflows-client", Ct)).Contains("outputs_withheld", StringComparison.Ordinal))
        {
            // The run is still in the server's memory.
        }
        line.Resume();

        var failure = await FailureOf(() => run.Output);

        Assert.Equal(WorkflowErrorCodes.OutputUnavailable, failure.Code);
    }
}
