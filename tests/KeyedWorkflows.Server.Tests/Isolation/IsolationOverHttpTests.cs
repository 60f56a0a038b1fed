using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Server.Tests.Security;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.Server.Tests.Isolation;

/// <summary>
/// Many tenants at once, through HTTP, with keys of their own, providers that repeat keys, rotations and stops in between: who pays is right each time, and no key is found anywhere afterwards. One class for each store.
/// </summary>
public abstract class IsolationOverHttpTests
{
    private const int Tenants = 20;
    private const int Runs = 2_000;
    private const int AtOnce = 64;

    private readonly ConcurrentBag<string> heard = [];

    /// <summary>Where the host keeps its profiles, tokens and runs.</summary>
    private protected abstract ServerSceneOptions Options { get; }

    /// <summary>All that lies in the store.</summary>
    private protected abstract Task<string> ReadStoreAsync(ServerScene scene);

    [Theory]
    [InlineData(CaptureLevel.Full)]
    [InlineData(CaptureLevel.None)]
    public async Task EveryCallIsPaidByItsTenantAndNoKeyIsFoundAnywhere(CaptureLevel capture)
    {
        var runs = capture == CaptureLevel.Full ? Runs : Runs / 10;
        await using var models = await ModelServer.StartAsync(options => options.MaxRecordedRequests = runs * 8, TestContext.Current.CancellationToken);
        await using var scene = await ServerScene.StartAsync(Options with { Models = models, Server = server => server.Capture = capture });
        using var activities = new ActivityLog();
        var payers = new ConcurrentDictionary<string, string>();
        var tenants = await Task.WhenAll(Enumerable.Range(0, Tenants).Select(async number =>
        {
            var key = NewKey(models, payers, Tenant.MarkOf(number));
            var profile = await scene.AddProfileAsync($"t{number}_openai", $"t{number}", key);
            var client = await scene.AddTokenAsync(new TokenDraft { Name = $"t{number}", Tenants = [$"t{number}"], Workflows = ["keyed", "desk", "two-slots"], MaySendKey = true });
            return new Tenant(number, profile, client);
        }));
        models.When(request => request.LastUserMessage.Contains("echo-key", StringComparison.Ordinal)).Fail(ModelServerFault.EchoKeyInError());
        models.When(request => request.LastUserMessage.Contains("echo-400", StringComparison.Ordinal)).Fail(ModelServerFault.EchoKeyInError(400));

        // Answers repeat the tenant, so that what a step gives to the next names it.
        models.When(request => request.ResponseSchema is null && request.LastUserMessage.Contains("be-slow", StringComparison.Ordinal)).Delay(TimeSpan.FromMilliseconds(30)).Answer(request => Tenant.MarkIn(request.LastUserMessage) + " be-slow");
        // Those are stopped: an answer that came sooner would leave it to the machine whether any is.
        models.When(request => request.LastUserMessage.Contains("be-stopped", StringComparison.Ordinal)).Delay(TimeSpan.FromMinutes(1)).Answer(request => Tenant.MarkIn(request.LastUserMessage));
        models.When(request => request.ResponseSchema is null).Answer(request => Tenant.MarkIn(request.LastUserMessage));

        var statuses = new ConcurrentDictionary<string, int>();
        await Parallel.ForAsync(0, runs, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (number, _) =>
        {
            var tenant = tenants[number % Tenants];
            if (number % 97 == 0)
                await scene.Profiles.RotateKeyAsync(tenant.Profile.Id, Secret.From(NewKey(models, payers, tenant.Mark)), TestContext.Current.CancellationToken);
            var status = await RunAsync(models, payers, tenant, number);
            statuses.AddOrUpdate(status, 1, static (_, count) => count + 1);
        });
        foreach (var tenant in tenants)
        {
            foreach (var path in new[] { "workflows", "openapi.json", "workflows/logs?limit=100", "info?workflow=keyed", "parameters?workflow=keyed" })
                heard.Add((await tenant.Client.GetAsync(path)).Text);
        }

        // Each call's prompt names its tenant, and its key is one of that tenant's.
        Assert.True(models.Requests.Count >= runs, $"{models.Requests.Count} calls");
        foreach (var request in models.Requests)
        {
            var text = string.Join('\n', request.Messages.Select(message => message.Text));
            Assert.True(payers.TryGetValue(request.Key, out var mark), "A call was sent under a key that nobody has.");
            Assert.Contains(mark, text, StringComparison.Ordinal);
            Assert.All(tenants.Where(other => other.Mark != mark), other => Assert.DoesNotContain(other.Mark, text, StringComparison.Ordinal));
        }
        Assert.Equal(0, models.RefusedRequests);
        Assert.True(statuses.GetValueOrDefault("succeeded") > runs / 2, string.Join(", ", statuses));
        Assert.True(statuses.GetValueOrDefault("provider_not_initialize") > 0, string.Join(", ", statuses));

        // Of a few runs, each may have ended before its stop came.
        Assert.True(capture != CaptureLevel.Full || statuses.GetValueOrDefault("stopped") > 0, string.Join(", ", statuses));

        var everything = new Dictionary<string, string> { ["log"] = scene.Logs.Text, ["answers"] = string.Join('\n', heard), ["activities"] = activities.Text, ["store"] = await ReadStoreAsync(scene) };
        Assert.True(everything["activities"].Length > 10_000);
        var secrets = payers.Keys.Concat(tenants.Select(tenant => tenant.Client.Token.Value.Reveal())).Concat(tenants.Select(tenant => tenant.Client.Token.CallbackSecret.Reveal()));
        var forms = SearchValues.Create([.. secrets.SelectMany(static secret => new[] { secret, Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).TrimEnd('=')[..^2], Uri.EscapeDataString(secret) }).Distinct()], StringComparison.Ordinal);
        foreach (var (where, text) in everything)
        {
            if (text.AsSpan().IndexOfAny(forms) is >= 0 and var at)
                Assert.Fail($"A key stands in the {where}, after: {text[Math.Max(0, at - 200)..at]}");
        }
        foreach (var tenant in tenants)
            tenant.Client.Dispose();
    }

    private async Task<string> RunAsync(ModelServer models, ConcurrentDictionary<string, string> payers, Tenant tenant, int number)
    {
        var mode = (number / 7 % 3) switch { 0 => "blocking", 1 => "streaming", _ => "async" };
        var isStopped = mode == "async" && number % 6 == 2;
        var text = $"{tenant.Mark} run {number} {(number % 13 == 0 ? "echo-key" : number % 17 == 0 ? "echo-400" : isStopped ? "be-stopped" : number % 11 == 0 ? "be-slow" : "")}";
        var body = new JsonObject { ["user"] = $"user-{number % 3}" };
        var (workflow, inputs) = number % 10 == 1 ? ("desk", new JsonObject { ["question"] = text }) : number % 10 == 5 ? ("two-slots", new JsonObject { ["text"] = text }) : ("keyed", new JsonObject { ["text"] = text });
        body["inputs"] = inputs;
        if (number % 4 == 0)
            body["api_key"] = NewKey(models, payers, tenant.Mark);
        else if (number % 4 == 2 && workflow == "keyed")
            inputs["model_api_key"] = NewKey(models, payers, tenant.Mark);
        else
            body[number % 3 == 0 ? "credential_tenant" : "credential_profile"] = number % 3 == 0 ? $"t{tenant.Number}" : $"t{tenant.Number}_openai";
        body["response_mode"] = mode;
        var path = $"workflows/{workflow}/run";
        if (mode == "blocking")
        {
            var answer = await tenant.Client.PostAsync(path, body);
            heard.Add(answer.Text);
            heard.Add(answer.Headers.ToString());
            if (answer.RunId is { } id && number % 5 == 0)
                heard.Add((await tenant.Client.GetAsync($"workflows/run/{id}?include=steps,calls")).Text);
            return answer.Status == HttpStatusCode.OK ? (string)answer.Json["data"]!["status"]! : answer.Code!;
        }
        string runId;
        TestStream stream;
        if (mode == "streaming")
        {
            var inner = (JsonObject)body["inputs"]!.DeepClone();
            stream = await tenant.Client.StreamAsync(inner, whole =>
            {
                foreach (var (name, value) in body)
                    whole[name] = value?.DeepClone();
            }, path);
        }
        else
        {
            var accepted = await tenant.Client.PostAsync(path, body);
            heard.Add(accepted.Text);
            runId = accepted.RunId ?? throw new InvalidOperationException(accepted.Text);
            if (isStopped)
                heard.Add((await tenant.Client.PostAsync($"workflows/tasks/{runId}/stop", new JsonObject { ["user"] = $"user-{number % 3}" })).Text);
            stream = await tenant.Client.FollowAsync(runId, user: $"user-{number % 3}");
        }
        using (stream)
        {
            var events = await stream.ToEndAsync();
            foreach (var one in events)
                heard.Add(one.Json.ToJsonString());
            var code = (string?)events[^1].Data["error_code"];
            var status = (string)events[^1].Data["status"]!;
            return status == "failed" && code == WorkflowErrorCodes.Unauthorized ? "provider_not_initialize" : status;
        }
    }

    private static string NewKey(ModelServer models, ConcurrentDictionary<string, string> payers, string mark)
    {
        var key = Canary.Key();
        payers[key] = mark;
        models.Keys.Add(key);
        return key;
    }

    private sealed record Tenant(int Number, ProfileListing Profile, TestClient Client)
    {
        public string Mark => MarkOf(Number);

        public static string MarkOf(int number) => $"<tenant-{number}>";

        public static string MarkIn(string text) => text.IndexOf("<tenant-", StringComparison.Ordinal) is >= 0 and var at ? text[at..(text.IndexOf('>', at) + 1)] : "nobody";
    }

    /// <summary>All that activities of any source say.</summary>
    private sealed class ActivityLog : IDisposable
    {
        private readonly ConcurrentQueue<string> lines = new();
        private readonly ActivityListener listener;

        public ActivityLog()
        {
            listener = new ActivityListener
            {
                ShouldListenTo = static _ => true,
                Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = Keep,
            };
            ActivitySource.AddActivityListener(listener);
        }

        public string Text => string.Join('\n', lines);

        public void Dispose() => listener.Dispose();

        private void Keep(Activity activity)
        {
            var text = new StringBuilder($"{activity.Source.Name} {activity.OperationName} {activity.DisplayName} {activity.Status} {activity.StatusDescription} {activity.TraceStateString}");
            foreach (var (name, value) in activity.TagObjects)
                text.Append($" {name}={value}");
            foreach (var (name, value) in activity.Baggage)
                text.Append($" {name}={value}");
            foreach (var happened in activity.Events)
            {
                text.Append($" [{happened.Name}");
                foreach (var (name, value) in happened.Tags)
                    text.Append($" {name}={value}");
                text.Append(']');
            }
            lines.Enqueue(text.ToString());
        }
    }
}
