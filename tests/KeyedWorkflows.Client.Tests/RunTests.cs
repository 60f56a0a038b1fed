using KeyedWorkflows.Client.Tests.Scene;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Server.Tests.Workflows;

namespace KeyedWorkflows.Client.Tests;

public sealed class RunTests
{
    private static readonly Ticket Question = new("Where is my order?");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_generated_client_runs_over_HTTP_under_the_key_of_the_profile_that_the_call_names()
    {
        await using var scene = await ClientScene.StartAsync();

        var reply = await scene.Get<IDeskClient>().RunAsync(Question, "acme_openai", Ct);

        Assert.Equal(new Reply("It is on its way.", "delivery"), reply);
        Assert.Equal(2, scene.Paid.Requests);
    }

    [Fact]
    public async Task Each_kind_of_credential_pays()
    {
        await using var scene = await ClientScene.StartAsync();
        var id = (await scene.Server.AddProfileAsync("acme_second", null, null)).Id;
        var key = ServerScene.NewKey();
        scene.Models.Keys.Add(key);
        var client = scene.Get<IDeskClient>();

        await client.RunAsync(Question, Credential.Tenant("acme"), Ct);
        Assert.Equal(2, scene.Paid.Requests);
        await client.RunAsync(Question, Credential.ApiKey(key), Ct);
        Assert.Equal(2, scene.Models.Usage(key).Requests);
        Assert.Equal(WorkflowErrorCodes.ProfileNotFound, (await Assert.ThrowsAsync<WorkflowRunException>(() => client.RunAsync(Question, Credential.Id(id), Ct))).Code);
        Assert.Equal(2, scene.Paid.Requests);
    }

    [Fact]
    public async Task A_key_in_the_input_pays()
    {
        await using var scene = await ClientScene.StartAsync();
        var key = ServerScene.NewKey();
        scene.Models.Keys.Add(key);

        await scene.Get<IKeyedClient>().RunAsync(new KeyedInput { Text = "Hello", ModelApiKey = Secret.From(key) }, Ct);

        Assert.Equal(1, scene.Models.Usage(key).Requests);
    }

    [Fact]
    public async Task Two_slots_are_paid_for_by_two_credentials()
    {
        await using var scene = await ClientScene.StartAsync();
        var key = ServerScene.NewKey();
        scene.Models.Keys.Add(key);

        await scene.Get<ITwoSlotsClient>().RunAsync("Hello", new TwoSlotsCredentials { Write = "acme_openai", Check = Credential.ApiKey(key) }, Ct);

        Assert.Equal((1, 1), (scene.Paid.Requests, scene.Models.Usage(key).Requests));
    }

    [Fact]
    public async Task Files_of_the_input_are_uploaded_once_each()
    {
        await using var scene = await ClientScene.StartAsync();
        var file = new WorkflowFile("über \"uns\".txt", "text/plain", "Hello"u8.ToArray());

        var read = await scene.Get<IReaderClient>().RunAsync(new ReaderInput(file, [file, file]), Ct);

        Assert.Equal(("Hello", 2), (read.Text, read.Others));
        Assert.StartsWith("über", read.Name, StringComparison.Ordinal);
        Assert.Single(scene.Server.Logs.Text.Split('\n'), static line => line.Contains("/files/upload", StringComparison.Ordinal) && line.Contains("answered 201", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Options_and_the_end_user_go_along()
    {
        await using var scene = await ClientScene.StartAsync();

        var refused = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.Get<IDeskClient>().RunAsync(Question, "acme_openai", new RunOptions { MaxCalls = 1, EndUser = "ada", Labels = new Dictionary<string, string> { ["team"] = "one" } }, Ct));
        var other = await Assert.ThrowsAsync<WorkflowRunException>(() => scene.Get<IDeskClient>().RunAsync(Question, "acme_openai", new RunOptions { Tenant = "other" }, Ct));

        Assert.Equal(WorkflowErrorCodes.CallLimitReached, refused.Code);
        Assert.Equal(WorkflowErrorCodes.TenantMismatch, other.Code);
        using var caller = scene.Server.Anyone(scene.Token.Reveal());
        Assert.Contains("\"user\":\"ada\"", await caller.GetStringAsync($"workflows/run/{refused.RunId}", Ct), StringComparison.Ordinal);
        await scene.Get<IDeskClient>().RunAsync(Question, "acme_openai", Ct);
        Assert.Contains("keyedworkflows-client", await caller.GetStringAsync("workflows/logs", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_explanation_is_that_of_the_server()
    {
        await using var scene = await ClientScene.StartAsync();
        var client = scene.Get<IDeskClient>();

        var would = await client.ExplainAsync(Question, "acme_openai", cancellationToken: Ct);
        var none = await client.ExplainAsync(Question, cancellationToken: Ct);
        var malformed = await client.ExplainAsync(Question, "", cancellationToken: Ct);

        Assert.True(would.CanRun);
        Assert.Equal(("acme", "acme_openai", CredentialSource.Call), (would.Tenant, would.Slots[0].ProfileName, would.Slots[0].Source));
        Assert.Equal(WorkflowErrorCodes.CredentialMissing, none.ErrorCode);
        Assert.Equal(WorkflowErrorCodes.CredentialInvalid, malformed.ErrorCode);
        Assert.Empty(scene.Models.Requests);
    }
}
