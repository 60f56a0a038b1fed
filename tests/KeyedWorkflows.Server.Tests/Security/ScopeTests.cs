using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>What belongs to another token looks as if it were not there.</summary>
public sealed class ScopeTests
{
    private static JsonObject Hello => new() { ["text"] = "Hello" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UnknownAndForbiddenAreByteEqual()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var other = await scene.AddProfileAsync("other_openai", "other");
        var disabled = await scene.AddProfileAsync("other_old", "other");
        await scene.Profiles.SetEnabledAsync(disabled.Id, false, Token);
        using var client = await scene.AddTokenAsync("acme", "keyed");

        await EqualAsync(
            client.RunAsync(Hello, body => body["credential_profile"] = "nobody_has_this"),
            client.RunAsync(Hello, body => body["credential_profile"] = "other_openai"),
            client.RunAsync(Hello, body => body["credential_profile"] = "other_old"),
            client.RunAsync(Hello, body => body["credential_id"] = "nobody-has-this"),
            client.RunAsync(Hello, body => body["credential_id"] = other.Id),
            client.RunAsync(Hello, body => body["credential_id"] = disabled.Id),
            client.RunAsync(Hello, body => body["credential_tenant"] = "nobody"),
            client.RunAsync(Hello, body => body["credential_tenant"] = "other"),
            client.RunAsync(Hello, body => body["inputs"]!["profile_name"] = "nobody_has_this"),
            client.RunAsync(Hello, body => body["inputs"]!["profile_name"] = "other_openai"));
        await EqualAsync(
            client.RunAsync(Hello, path: "workflows/nothing/run"),
            client.RunAsync(Hello, path: "workflows/desk/run"),
            client.RunAsync(Hello, path: "workflows/keyed@9/run"),
            client.RunAsync(Hello, path: "workflows/desk@2/run"),
            client.RunAsync(Hello, path: "workflows/desk/explain"),
            client.RunAsync(Hello, path: "workflows/nothing/explain"),
            client.GetAsync("workflows/desk"),
            client.GetAsync("workflows/nothing"),
            client.GetAsync("parameters?workflow=desk"),
            client.GetAsync("parameters?workflow=nothing"),
            client.GetAsync("info?workflow=desk"),
            client.GetAsync("info?workflow=nothing"));
        Assert.Empty(scene.Models.Requests);
    }

    [Fact]
    public async Task AnExpiredTokenLooksUnknown()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var draft = new TokenDraft { Name = "expired", Tenants = ["acme"], Workflows = ["keyed"], ExpiresAt = DateTimeOffset.UtcNow.AddSeconds(-1) };
        using var expired = await scene.AddTokenAsync(draft);
        using var lasting = await scene.AddTokenAsync(draft with { Name = "lasting", ExpiresAt = DateTimeOffset.UtcNow.AddHours(1) });
        using var unknown = scene.Anyone("app-" + Guid.NewGuid().ToString("N"));
        using var content = new StringContent("""{"inputs":{"text":"Hello"},"user":"someone","credential_profile":"acme_openai"}""", Encoding.UTF8, "application/json");

        var refused = await expired.RunAsync(Hello, static body => body["credential_profile"] = "acme_openai");
        using var other = await unknown.PostAsync("workflows/run", content, Token);

        refused.AssertError(401, "unauthorized");
        Assert.Equal(await other.Content.ReadAsStringAsync(Token), refused.Text);
        (await lasting.RunAsync(Hello, static body => body["credential_profile"] = "acme_openai")).AssertSucceeded();
        Assert.Single(scene.Models.Requests);
    }

    [Fact]
    public async Task ExplainIsNoOracle()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var other = await scene.AddProfileAsync("other_openai", "other");
        await scene.AddProfileAsync("house", "other");
        using var client = await scene.AddTokenAsync(new TokenDraft { Name = "asks", Tenants = ["acme"], Workflows = ["keyed", "chosen"], RequestsPerMinute = 12 });
        Task<TestAnswer> Explain(Action<JsonObject> select, string workflow = "keyed") => client.RunAsync(Hello, select, $"workflows/{workflow}/explain");

        var granted = await Explain(body => body["credential_profile"] = "acme_openai");
        Assert.Equal("acme_openai", (string?)granted.Json["slots"]![0]!["profile"]);
        await EqualAsync(
            Explain(body => body["credential_profile"] = "nobody_has_this"),
            Explain(body => body["credential_profile"] = "other_openai"),
            Explain(body => body["credential_id"] = other.Id),
            Explain(body => body["credential_id"] = "nobody-has-this"));
        await EqualAsync(Explain(body => body["credential_tenant"] = "nobody"), Explain(body => body["credential_tenant"] = "other"));
        await EqualAsync(Explain(body => body["inputs"]!["region"] = "other_openai", "chosen"), Explain(body => body["inputs"]!["region"] = "nobody_has_this", "chosen"));
        var byDefault = await Explain(_ => { }, "chosen");
        Assert.False((bool?)byDefault.Json["can_run"]);
        Assert.DoesNotContain("house", byDefault.Text, StringComparison.Ordinal);

        // It has the run's rate, and one count with it.
        Assert.Equal(HttpStatusCode.OK, (await Explain(_ => { })).Status);
        (await client.RunAsync(Hello, path: "workflows/keyed/run")).AssertError(400, "provider_not_initialize");
        var last = (await Explain(_ => { })).AssertError(429, "too_many_requests");
        Assert.True(last.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        (await client.RunAsync(Hello, path: "workflows/keyed/run")).AssertError(429, "too_many_requests");
        Assert.Empty(scene.Models.Requests);
    }

    [Fact]
    public async Task RunStopEventsLogsOfAnotherTokenAreUnknown()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new ModelServerGate();
        scene.Models.When(request => request.LastUserMessage == "wait").HoldUntil(gate).Answer("late");
        using var owner = await scene.AddTokenAsync("acme", "keyed");
        using var other = await scene.AddTokenAsync("acme", "keyed");
        var ended = (await owner.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).RunId!;
        var live = (await owner.RunAsync(new() { ["text"] = "wait" }, body => { body["credential_profile"] = "acme_openai"; body["response_mode"] = "async"; })).RunId!;
        await gate.ArrivedAsync(1, Token);
        var none = Guid.NewGuid().ToString("N");

        foreach (var id in new[] { ended, live, none, none.ToUpperInvariant(), "x", ".." })
        {
            await EqualAsync(
                other.GetAsync($"workflows/run/{none}"), other.GetAsync($"workflows/run/{Uri.EscapeDataString(id)}-"), other.GetAsync($"workflows/run/{id.Replace("..", "%2e%2e%2f", StringComparison.Ordinal)}?include=steps,calls&user=someone"),
                other.GetAsync($"workflow/{none}/events?user=someone"), other.GetAsync($"workflow/{id.Replace("..", "%2e%2e%2f", StringComparison.Ordinal)}/events?user=someone"),
                other.PostAsync($"workflows/tasks/{none}/stop", new JsonObject { ["user"] = "someone" }), other.PostAsync($"workflows/tasks/{id.Replace("..", "%2e%2e%2f", StringComparison.Ordinal)}/stop", new JsonObject { ["user"] = "someone" }),
                owner.PostAsync($"workflows/tasks/{id.Replace("..", "%2e%2e%2f", StringComparison.Ordinal)}/stop", new JsonObject { ["user"] = "someone else" }));
        }
        foreach (var query in new[] { "", "?user=someone", "?workflow=keyed", "?created_by_end_user_session_id=someone", "?keyword=Hello", "?status=running" })
            Assert.Equal(0, (int?)(await other.GetAsync("workflows/logs" + query)).Json["total"]);

        // It was not stopped, and is its owner's as before.
        Assert.Equal(2, (int?)(await owner.GetAsync("workflows/logs")).Json["total"]);
        Assert.Equal("running", (string?)(await owner.GetAsync($"workflows/run/{live}")).Json["status"]);
        gate.Open();
        using var events = await owner.FollowAsync(live);
        Assert.Equal("succeeded", (string?)(await events.UntilAsync("workflow_finished")).Data["status"]);
    }

    [Fact]
    public async Task LastEventIdOfAnotherRunIsUnknown()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");
        using var other = await scene.AddTokenAsync("acme", "keyed");
        var mine = (await client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).RunId!;
        var second = (await client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).RunId!;
        var foreign = (await other.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).RunId!;
        using var unknown = await client.FollowAsync(Guid.NewGuid().ToString("N"));
        var expected = (await unknown.WholeAsync()).AssertError(404, "not_found").Text;

        foreach (var id in new[]
        {
            $"{second}-1", $"{foreign}-1", $"{mine}", $"{mine}-", $"{mine}--1", $"{mine}-1 ", $"{mine}-+1", $"{mine}-1x", $"{mine}-99999999999", $"{mine}-2147483647", "1", "", "-1", $"{mine.ToUpperInvariant()}-1",
            $"{mine}-{new string('9', 8000)}", new string('a', 16_000),
        })
        {
            using var stream = await client.FollowAsync(mine, id);
            var answer = await stream.WholeAsync();
            Assert.True(answer.Status == HttpStatusCode.NotFound || id.EndsWith(' '), $"{id[..Math.Min(id.Length, 60)]}: {answer.Text}");
            if (answer.Status == HttpStatusCode.NotFound)
                Assert.Equal(expected, answer.Text);
        }
        using var both = new HttpRequestMessage(HttpMethod.Get, $"workflow/{mine}/events?user=someone");
        both.Headers.TryAddWithoutValidation("Last-Event-ID", [$"{mine}-1", $"{second}-1"]);
        using var twice = await client.Http.SendAsync(both, Token);
        Assert.Equal(HttpStatusCode.NotFound, twice.StatusCode);

        // One that is past the end has nothing to tell, and ends.
        using var past = await client.FollowAsync(mine, $"{mine}-2147483646");
        Assert.Equal(HttpStatusCode.OK, past.Status);
        Assert.True((await past.ToEndAsync()).Count <= 1);
    }

    [Fact]
    public async Task ForeignUploadIdIsUnknown()
    {
        await using var scene = await ServerScene.StartAsync();
        using var owner = await scene.AddTokenAsync("acme", "reader");
        using var other = await scene.AddTokenAsync("acme", "reader");
        var id = (string)(await UploadAsync(owner, "a.txt", "the owner's words")).Json["id"]!;
        var none = Guid.NewGuid().ToString("N");

        await EqualAsync(
            RunAsync(other, none), RunAsync(other, id), RunAsync(owner, id, "someone else"), RunAsync(other, "x"), RunAsync(other, id.ToUpperInvariant()), RunAsync(other, "../" + id));
        await EqualAsync(other.GetAsync($"files/{none}?user=someone"), other.GetAsync($"files/{id}?user=someone"), owner.GetAsync($"files/{id}?user=someone+else"), other.GetAsync($"files/%2e%2e%2f{id}?user=someone"));
        Assert.Equal("the owner's words", (string?)(await RunAsync(owner, id)).AssertSucceeded()["text"]);

        static Task<TestAnswer> RunAsync(TestClient client, string id, string user = "someone") => client.RunAsync(
            new() { ["document"] = new JsonObject { ["type"] = "document", ["transfer_method"] = "local_file", ["upload_file_id"] = id } }, body => body["user"] = user);
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("..\\..\\windows\\win.ini", "win.ini")]
    [InlineData("/etc/shadow", "shadow")]
    [InlineData("C:\\secret.txt", "secret.txt")]
    [InlineData("..", "file")]
    [InlineData(".", "file")]
    [InlineData("...", "file")]
    [InlineData("....//", "file")]
    [InlineData("a/..", "file")]
    [InlineData("~/.ssh/id_rsa", "id_rsa")]
    [InlineData("%2e%2e%2fpasswd", "2e2e2fpasswd")]
    [InlineData(".htaccess", "htaccess")]
    [InlineData("a.txt:stream", "stream")]
    [InlineData("x; filename=evil.html", "x filename=evil.html")]
    public async Task UploadNameCannotEscape(string given, string kept)
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync("acme", "reader");
        var before = AllFiles(scene);

        var answer = await UploadAsync(client, given, "<html><script>alert(1)</script></html>");

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(kept, (string?)answer.Json["name"]);
        Assert.Matches("^[0-9a-f]{44}$", (string)answer.Json["id"]!);
        using var file = await client.Http.GetAsync($"files/{answer.Json["id"]}?user=someone", Token);
        var headers = file.Content.Headers;
        Assert.Equal("attachment", headers.ContentDisposition!.DispositionType);
        Assert.Equal("nosniff", file.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("sandbox", file.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal(before, AllFiles(scene));
    }

    [Fact]
    public async Task IdempotencyKeysDoNotMeetAcrossTokens()
    {
        await using var scene = await ServerScene.StartAsync();
        var (acme, beta) = (ServerScene.NewKey(), ServerScene.NewKey());
        await scene.AddProfileAsync("acme_openai", "acme", acme);
        await scene.AddProfileAsync("beta_openai", "beta", beta);
        using var first = await scene.AddTokenAsync("acme", "keyed", "tooled");
        using var second = await scene.AddTokenAsync("beta", "keyed");
        Task<TestAnswer> Run(TestClient client, string tenant, string user = "someone", string workflow = "keyed") => client.PostAsync(
            $"workflows/{workflow}/run", new JsonObject { ["inputs"] = Hello, ["user"] = user, ["credential_tenant"] = tenant }, ("Idempotency-Key", "order 1"));

        var one = await Run(first, "acme");
        var again = await Run(first, "acme");
        var others = new[] { await Run(second, "beta"), await Run(first, "acme", "someone else"), await Run(first, "acme", workflow: "tooled") };

        one.AssertSucceeded();
        Assert.Equal(one.RunId, again.RunId);
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.All(others, other => other.AssertSucceeded());
        Assert.Equal(4, others.Append(one).Select(answer => answer.RunId).Distinct().Count());
        Assert.Equal(3, scene.Models.Usage(acme).Requests);
        Assert.Equal(1, scene.Models.Usage(beta).Requests);
    }

    [Fact]
    public async Task SameIdempotencyKeyOtherBodyIs422()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");
        Task<TestAnswer> Run(string text, string field = "credential_profile", string value = "acme_openai") =>
            client.PostAsync("workflows/run", new JsonObject { ["inputs"] = new JsonObject { ["text"] = text }, ["user"] = "someone", [field] = value }, ("Idempotency-Key", "order-1"));

        (await Run("Hello")).AssertSucceeded();
        (await Run("Other")).AssertError(422, "idempotency_key_reused");
        (await Run("Hello", "credential_tenant", "acme")).AssertError(422, "idempotency_key_reused");
        (await Run("Hello")).AssertSucceeded();

        Assert.Single(scene.Models.Requests);
    }

    [Fact]
    public async Task NoTokenStoreMeansNoAccess()
    {
        await using var scene = await ServerScene.StartAsync(new() { Store = false });
        foreach (var token in new[] { null, "app-" + new string('a', 43), "app-", "adm-" + new string('a', 43) })
        {
            using var anyone = scene.Anyone(token);
            foreach (var (method, path) in new[]
            {
                (HttpMethod.Post, "workflows/run"), (HttpMethod.Post, "workflows/keyed/run"), (HttpMethod.Post, "workflows/keyed/explain"), (HttpMethod.Get, "workflows"), (HttpMethod.Get, "workflows/keyed"),
                (HttpMethod.Get, "workflows/logs"), (HttpMethod.Get, "openapi.json"), (HttpMethod.Get, "info"), (HttpMethod.Get, "parameters"), (HttpMethod.Post, "files/upload"), (HttpMethod.Get, "anything/else"),
                (HttpMethod.Delete, "workflows/run"), (HttpMethod.Get, $"workflows/run/{Guid.NewGuid():N}"), (HttpMethod.Post, $"workflows/tasks/{Guid.NewGuid():N}/stop"), (HttpMethod.Get, $"workflow/{Guid.NewGuid():N}/events?user=a"),
            })
            {
                using var request = new HttpRequestMessage(method, path);
                if (method == HttpMethod.Post)
                    request.Content = new StringContent("{\"inputs\":{\"text\":\"Hello\"},\"user\":\"a\"}", Encoding.UTF8, "application/json");
                using var answer = await anyone.SendAsync(request, Token);
                (await TestAnswer.OfAsync(answer)).AssertError(401, "unauthorized");
            }
            using var ready = await anyone.GetAsync("health/ready", Token);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        }
        Assert.Empty(scene.Models.Requests);
    }

    [Fact]
    public async Task AdminAndAppTokensDoNotMix()
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync("acme", "keyed");
        var token = client.Token.Value.Reveal();
        Assert.StartsWith("app-", token, StringComparison.Ordinal);
        var store = scene.Services.GetRequiredService<ITokenStore>();

        foreach (var other in new[]
        {
            "adm-" + token[4..], token[4..], "APP-" + token[4..], "App-" + token[4..], token + "x", token[..^1], "app-app-" + token[4..], " ", "app-", token + "," + token, "x " + token,
        })
        {
            using var anyone = new HttpClient { BaseAddress = scene.Address };
            anyone.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + other);
            using var answer = await anyone.GetAsync("workflows", Token);
            (await TestAnswer.OfAsync(answer)).AssertError(401, "unauthorized");
        }
        foreach (var header in new[] { token, "Basic " + token, "Token " + token, "Bearer" + token, "bearer\t" + token })
        {
            using var anyone = new HttpClient { BaseAddress = scene.Address };
            anyone.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);
            using var answer = await anyone.GetAsync("workflows", Token);
            (await TestAnswer.OfAsync(answer)).AssertError(401, "unauthorized");
        }

        // A token for administration that somebody put into the store of callers' tokens is not even looked up.
        Assert.Null(await store.FindByHashAsync(TokenHash.Of(Encoding.ASCII.GetBytes("adm-" + token[4..])), Token));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("workflows")).Status);
    }

    internal static async Task<TestAnswer> UploadAsync(TestClient client, string name, string content, string user = "someone")
    {
        var boundary = Guid.NewGuid().ToString("N");
        var body = $"--{boundary}\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\n{user}\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name.Replace("\\", "\\\\", StringComparison.Ordinal)}\"\r\n\r\n{content}\r\n--{boundary}--\r\n";
        using var request = new HttpRequestMessage(HttpMethod.Post, "files/upload") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={boundary}");
        using var answer = await client.Http.SendAsync(request, Token);
        return await TestAnswer.OfAsync(answer);
    }

    private static string[] AllFiles(ServerScene scene) =>
        [.. Directory.EnumerateFiles(scene.Directory, "*", SearchOption.AllDirectories).Where(static file => !file.EndsWith("-wal", StringComparison.Ordinal) && !file.EndsWith("-shm", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static async Task EqualAsync(params Task<TestAnswer>[] answers)
    {
        var all = await Task.WhenAll(answers);
        for (var i = 1; i < all.Length; i++)
        {
            Assert.True(all[i].Text == all[0].Text && all[i].Status == all[0].Status, $"answer {i}: {all[i].Text}\nanswer 0: {all[0].Text}");
            Assert.Equal(NamesOf(all[0]), NamesOf(all[i]));
        }
        static IEnumerable<string> NamesOf(TestAnswer answer) => answer.Headers.Select(static header => header.Key).Order(StringComparer.Ordinal);
    }
}
