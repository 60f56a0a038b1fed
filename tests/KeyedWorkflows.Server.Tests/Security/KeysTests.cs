using System.Net;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Security;

/// <summary>Keys and tokens at the server's entrances.</summary>
public sealed class KeysTests
{
    private static JsonObject Hello => new() { ["text"] = "Hello" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BodyLoggingHostLeaksNoKey(bool logsBeforeRouting)
    {
        await using var scene = await ServerScene.StartAsync(new()
        {
            Services = services => services.AddHttpLogging(logging =>
            {
                logging.LoggingFields = HttpLoggingFields.All;
                logging.RequestBodyLogLimit = logging.ResponseBodyLogLimit = 1 << 20;
                logging.RequestHeaders.Add("Authorization");
            }),
            App = app =>
            {
                if (logsBeforeRouting)
                    app.UseHttpLogging();
                app.UseRouting();
                if (!logsBeforeRouting)
                    app.UseHttpLogging();
                app.MapPost("/echo", static (Microsoft.AspNetCore.Http.HttpRequest request) => new StreamReader(request.Body).ReadToEndAsync());
            },
        });
        var key = ServerScene.NewKey();
        scene.Models.Keys.Add(key);
        using var client = await scene.AddTokenAsync(Draft("keyed") with { MaySendKey = true });

        (await client.RunAsync(Hello, body => body["api_key"] = key)).AssertSucceeded();
        (await client.RunAsync(new() { ["text"] = "Hello", ["model_api_key"] = key })).AssertSucceeded();
        (await client.RunAsync(Hello, body => { body["api_key"] = key; body["unknown"] = key; })).AssertError(400, "invalid_param");

        Assert.DoesNotContain(key, scene.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(client.Token.Value.Reveal(), scene.Logs.Text, StringComparison.Ordinal);

        // The host's log does hold what its own endpoints are sent.
        var other = Canary.Word();
        await client.PostTextAsync(new Uri(scene.Address, "/echo").ToString(), $"\"{other}\"");
        Assert.Contains(other, scene.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BindingErrorsEchoNothingInDevelopment()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync(Draft("keyed", "desk", "two-slots", "reader") with { Tenants = ["acme"] });
        var canary = Canary.Word();
        string[] bodies =
        [
            """{"inputs":{"text":"a","CANARY":1},"user":"u"}""", """{"inputs":{"text":{"CANARY":"CANARY"}},"user":"u"}""", """{"inputs":{"CANARY":1},"user":"u"}""",
            """{"CANARY":1,"inputs":{},"user":"u"}""", """{"inputs":{"text":"a"},"user":"u","response_mode":"CANARY"}""", """{"inputs":{"text":"a"},"user":"u","on_disconnect":"CANARY"}""",
            """{"inputs":"CANARY","user":"u"}""", """{"inputs":{"text":"a"},"user":{"CANARY":1}}""", """{"inputs":{"text":"a"},"user":"u","credentials":{"CANARY":{"credential_profile":"acme_openai"}}}""",
            """{"inputs":{"text":"a"},"user":"u","credentials":{"main":{"CANARY":1}}}""", """{"inputs":{"text":"a"},"user":"u","options":{"CANARY":1}}""",
            """{"inputs":{"text":"a"},"user":"u","options":{"labels":{"CANARY":1}}}""", """{"inputs":{"text":"a"},"user":"u","options":{"tenant":"CANARY x"}}""",
            """{"inputs":{"text":"a"},"user":"u","callback_url":"CANARY"}""", """{"inputs":{"text":"a"},"user":"u","callback_url":"http://CANARY.example/"}""", """{"inputs":{"text":"a"},"user":"u","files":["CANARY"]}""",
            """{"inputs":{"text":"a"},"user":"u"} CANARY""", """{"inputs":{"text":"a"},"user":"u",CANARY}""", "CANARY", """["CANARY"]""", """{"inputs":{"question":"a","order_number":{"CANARY":1}},"user":"u"}""",
            """{"inputs":{"document":{"type":"CANARY","transfer_method":"local_file","upload_file_id":"CANARY"}},"user":"u"}""",
            """{"inputs":{"document":{"type":"document","transfer_method":"local_file","upload_file_id":"CANARY"}},"user":"u"}""",
            """{"inputs":{"document":{"type":"document","transfer_method":"remote_url","url":"CANARY"}},"user":"u"}""",
            """{"inputs":{"text":"a"},"user":"u","credential_profile":"CANARY"}""", """{"inputs":{"text":"a"},"user":"u","credential_id":"CANARY"}""", """{"inputs":{"text":"a"},"user":"u","credential_tenant":"CANARY"}""",
        ];

        foreach (var workflow in new[] { "keyed", "desk", "two-slots", "reader" })
        {
            foreach (var body in bodies.Select(body => body.Replace("CANARY", canary, StringComparison.Ordinal)))
            {
                foreach (var path in new[] { $"workflows/{workflow}/run", $"workflows/{workflow}/explain" })
                {
                    var answer = await client.PostTextAsync(path, body);
                    if (path.EndsWith("explain", StringComparison.Ordinal) && answer.Status == HttpStatusCode.OK)
                        Assert.DoesNotContain(canary, answer.Text, StringComparison.OrdinalIgnoreCase);
                    else
                        Assert.True(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, $"{path} {body}: {(int)answer.Status} {answer.Text}");
                    await scene.AssertNothingHappenedAsync(client, answer, canary);
                }
            }
        }
    }

    [Fact]
    public async Task KeyInQueryRefused()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync(Draft("keyed") with { Tenants = ["acme"], MaySendKey = true });
        var token = client.Token.Value.Reveal();
        var (key, word) = (Canary.Key(), Canary.Word());

        foreach (var query in new[]
        {
            $"api_key={word}", $"API_KEY={word}", $"apiKey={word}", $"Api-Key={word}", $"X-Api-Key={word}", $"model_api_key={word}", $"key={word}", $"token={word}", $"access_token={word}", $"Authorization=Bearer%20{word}",
            $"user={key}", $"{key}=1", $"user=a&anything={key}", $"user={token}", $"q={token}", $"q=Bearer%20{token}", $"user=a&user={key}", $"{token}", $"api%5Fkey={word}",
        })
        {
            foreach (var path in new[] { "info", "parameters", "workflows", "workflows/logs", "openapi.json", "nothing" })
            {
                var answer = (await client.GetAsync($"{path}?{query}")).AssertError(400, "invalid_param");
                Assert.DoesNotContain(word, answer.Text, StringComparison.Ordinal);
                Assert.DoesNotContain(key, answer.Text, StringComparison.Ordinal);
                Assert.DoesNotContain(token, answer.Text, StringComparison.Ordinal);
            }
            (await client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai", "workflows/run?" + query)).AssertError(400, "invalid_param");
        }
        Assert.Empty(scene.Models.Requests);

        // A token in the query is none, and names that begin as keys do are names.
        using var anyone = scene.Anyone();
        using var without = await anyone.GetAsync($"info?access_token={token}", Token);
        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("parameters?user=app-support-7")).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("workflows/logs?keyword=monkey&user=sk-client-2024")).Status);
    }

    [Fact]
    public async Task PlainHttpOffLoopbackRefusesKeys()
    {
        IPAddress? from = null;
        Action<WebApplication> app = app => app.Use((http, next) =>
        {
            http.Connection.RemoteIpAddress = from;
            return next(http);
        });
        await using var strict = await ServerScene.StartAsync(new() { App = app });
        await using var open = await ServerScene.StartAsync(new() { App = app, Server = server => server.AllowPlainHttp = true });
        var key = ServerScene.NewKey();
        strict.Models.Keys.Add(key);
        open.Models.Keys.Add(key);
        using var refused = await strict.AddTokenAsync(Draft("keyed") with { MaySendKey = true });
        using var taken = await open.AddTokenAsync(Draft("keyed") with { MaySendKey = true });

        foreach (var address in new[] { "192.0.2.7", "10.0.0.1", "172.17.0.1", "::ffff:192.0.2.7", "2001:db8::1", "fe80::1", "0.0.0.0", "::" })
        {
            from = IPAddress.Parse(address);
            (await refused.RunAsync(Hello, body => body["api_key"] = key)).AssertError(403, "forbidden");
            (await refused.GetAsync("workflows")).AssertError(403, "forbidden");
            using var request = new HttpRequestMessage(HttpMethod.Get, "workflows");
            request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", "127.0.0.1");
            using var pretended = await refused.Http.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.Forbidden, pretended.StatusCode);
            (await taken.RunAsync(Hello, body => body["api_key"] = key)).AssertSucceeded();
        }
        Assert.Empty(strict.Models.Requests);
        foreach (var address in new[] { "127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1" })
        {
            from = IPAddress.Parse(address);
            (await refused.RunAsync(Hello, body => body["api_key"] = key)).AssertSucceeded();
        }
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\0")]
    [InlineData("\t")]
    [InlineData(" ")]
    [InlineData("\u007f")]
    [InlineData("\u00e9")]
    [InlineData("\u2028")]
    [InlineData("\r\nHost: inside\r\n\r\nPOST /v1/chat/completions HTTP/1.1\r\n")]
    public async Task KeyWithCrLfIsRefusedAtEveryEntrance(string between)
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync(Draft("keyed", "two-slots") with { MaySendKey = true });
        var (head, tail) = (ServerScene.NewKey(), Canary.Word());
        var key = head + between + tail;
        var slot = (string)(await client.GetAsync("workflows/keyed")).Json["slots"]![0]!["name"]!;
        Task<TestAnswer>[] answers =
        [
            client.RunAsync(Hello, body => body["api_key"] = key, "workflows/keyed/run"),
            client.RunAsync(Hello, body => body["credentials"] = new JsonObject { [slot] = new JsonObject { ["api_key"] = key } }, "workflows/keyed/run"),
            client.RunAsync(new() { ["text"] = "Hello", ["model_api_key"] = key }, null, "workflows/keyed/run"),
            client.RunAsync(Hello, body => body["credentials"] = new JsonObject { ["write"] = new JsonObject { ["api_key"] = key }, ["check"] = new JsonObject { ["api_key"] = key } }, "workflows/two-slots/run"),
            client.RunAsync(Hello, body => body["api_key"] = new string('k', Secret.MaxLength + 1), "workflows/keyed/run"),
        ];

        foreach (var answer in await Task.WhenAll(answers))
            await scene.AssertNothingHappenedAsync(client, answer.AssertError(400, "invalid_param"), head, tail);
        Assert.Equal(0, scene.Models.Connections);
    }

    [Fact]
    public async Task EndpointUserInfoQueryAndHttpRefused()
    {
        await using var inside = await ModelServer.StartAsync(cancellationToken: Token);
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync(Draft("keyed", "two-slots", "reader") with { Tenants = ["acme"], MaySendKey = true });
        var key = Canary.Key();
        var slot = (string)(await client.GetAsync("workflows/keyed")).Json["slots"]![0]!["name"]!;

        foreach (var field in new[] { "endpoint", "api_base", "base_url", "Endpoint", "apiBase", "host", "headers", "organization", "provider", "model", "proxy" })
        {
            foreach (var value in new[] { inside.Endpoint.ToString(), "https://user:word@inside.example/v1", "https://inside.example/v1?x=1", "http://169.254.169.254/", "https://api.openai.com/v1" })
            {
                Action<JsonObject>[] places =
                [
                    body => { body["api_key"] = key; body[field] = value; },
                    body => { body["credential_profile"] = "acme_openai"; body[field] = value; },
                    body => { body["api_key"] = key; body["inputs"]![field] = value; },
                    body => { body["api_key"] = key; body["options"] = new JsonObject { [field] = value }; },
                    body => body["credentials"] = new JsonObject { [slot] = new JsonObject { ["api_key"] = key, [field] = value } },
                    body => body["credentials"] = new JsonObject { [slot] = new JsonObject { ["api_key"] = new JsonObject { ["key"] = key, [field] = value } } },
                    body => body["credentials"] = new JsonObject { [field] = new JsonObject { ["api_key"] = key } },
                    body => body["api_key"] = new JsonObject { ["key"] = key, [field] = value },
                    body => body["inputs"]!["model_api_key"] = new JsonObject { ["key"] = key, [field] = value },
                    body => body["files"] = new JsonArray(new JsonObject { ["type"] = "document", ["transfer_method"] = "local_file", ["upload_file_id"] = "x", [field] = value }),
                ];
                foreach (var place in places)
                {
                    foreach (var path in new[] { "workflows/keyed/run", "workflows/keyed/explain" })
                        (await client.RunAsync(Hello, place, path)).AssertError(400, "invalid_param");
                }
            }
        }
        await scene.AssertNothingHappenedAsync(client, await client.RunAsync(Hello, body => { body["api_key"] = key; body["endpoint"] = "https://a.example"; }, "workflows/keyed/run"), key, "inside.example");
        Assert.Equal(0, inside.Connections);
    }

    [Fact]
    public async Task StoredSecretJsonCannotBeUsedAsKey()
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync(Draft("keyed") with { MaySendKey = true });
        var key = ServerScene.NewKey();
        scene.Models.Keys.Add(key);
        var run = await client.RunAsync(new() { ["text"] = "Hello", ["model_api_key"] = key });
        run.AssertSucceeded();
        var detail = await client.GetAsync($"workflows/run/{run.RunId}");
        var shown = (string)JsonNode.Parse((string)detail.Json["inputs"]!)!["model_api_key"]!;
        Assert.DoesNotContain(key, detail.Text, StringComparison.Ordinal);
        scene.Models.ClearRequests();
        var slot = (string)(await client.GetAsync("workflows/keyed")).Json["slots"]![0]!["name"]!;

        foreach (var stored in new[] { shown, "(secret)" })
        {
            (await client.RunAsync(new() { ["text"] = "Hello", ["model_api_key"] = stored })).AssertError(400, "invalid_param");
            (await client.RunAsync(Hello, body => body["api_key"] = stored)).AssertError(400, "invalid_param");
            (await client.RunAsync(Hello, body => body["api_key"] = $" {stored}\n")).AssertError(400, "invalid_param");
            (await client.RunAsync(new() { ["text"] = "Hello", ["model_api_key"] = $" {stored}\n" })).AssertError(400, "invalid_param");
            (await client.RunAsync(Hello, body => body["credentials"] = new JsonObject { [slot] = new JsonObject { ["api_key"] = stored } })).AssertError(400, "invalid_param");
        }
        Assert.Empty(scene.Models.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AKeyThatTheProviderRefusesIsNotRepeated(bool echoed)
    {
        await using var scene = await ServerScene.StartAsync();
        using var client = await scene.AddTokenAsync(Draft("keyed") with { MaySendKey = true });
        var key = Canary.Key();
        if (echoed)
            scene.Models.When(_ => true).Fail(ModelServerFault.EchoKeyInError());

        var call = await client.RunAsync(Hello, body => body["api_key"] = key);
        var input = await client.RunAsync(new() { ["text"] = "Hello", ["model_api_key"] = key });

        foreach (var answer in new[] { call, input })
        {
            answer.AssertError(400, "provider_not_initialize");
            using var events = await client.FollowAsync(answer.RunId!);
            Assert.DoesNotContain(key, string.Concat((await events.ToEndAsync()).Select(one => one.Json.ToJsonString())), StringComparison.Ordinal);
            Assert.DoesNotContain(key, answer.Text, StringComparison.Ordinal);
        }
        Assert.False(scene.Logs.Holds(key));
    }

    /// <summary>Whatever becomes of a key, no other is tried in its place.</summary>
    [Fact]
    public async Task AKeyThatFailsIsNotReplacedByAnother()
    {
        await using var scene = await ServerScene.StartAsync(new() { Services = services => services.AddSingleton<IHostDefault>(new HouseDefault()) });
        var house = await scene.AddProfileAsync("house", null);
        var acme = await scene.AddProfileAsync("acme_openai", "acme");
        await scene.AddProfileAsync("acme_second", "acme");
        using var client = await scene.AddTokenAsync(Draft("keyed") with { Tenants = ["acme"], ProfileIds = [house.Id], MaySendKey = true });
        var key = Canary.Key();

        (await client.RunAsync(Hello, body => body["api_key"] = key)).AssertError(400, "provider_not_initialize");
        (await client.RunAsync(new() { ["text"] = "Hello", ["model_api_key"] = key })).AssertError(400, "provider_not_initialize");
        Assert.All(scene.Models.Requests, request => Assert.Equal(key, request.Key));
        scene.Models.ClearRequests();
        await scene.Profiles.SetEnabledAsync(acme.Id, false, Token);
        (await client.RunAsync(Hello, body => body["credential_profile"] = "acme_openai")).AssertError(400, "provider_not_initialize");
        Assert.Empty(scene.Models.Requests);
    }

    /// <summary>What is kept back is keys, by type and value: a name or a text that merely sounds like one stays as it is.</summary>
    [Fact]
    public async Task TextsThatSoundLikeSecretsStayReadable()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_api_key", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");
        const string Text = "My password is lost; the api_key field, token and secret: which credential_name was it?";

        var run = await client.RunAsync(new() { ["text"] = Text }, body => body["credential_profile"] = "acme_api_key");

        run.AssertSucceeded();
        var detail = await client.GetAsync($"workflows/run/{run.RunId}");
        Assert.Equal(Text, (string?)JsonNode.Parse((string)detail.Json["inputs"]!)!["text"]);
        Assert.Equal("acme_api_key", (string?)detail.Json["bindings"]![0]!["profile"]);
        Assert.Equal(Text, scene.Models.Requests.Single().LastUserMessage);
    }

    [Fact]
    public async Task ContractFilesNameNoProfile()
    {
        await using var scene = await ServerScene.StartAsync();
        var acme = await scene.AddProfileAsync("acme_secretive", "acme_tenant");
        var house = await scene.AddProfileAsync("house", null);
        using var client = await scene.AddTokenAsync(Draft(ServerScene.AllWorkflows) with { Tenants = ["acme_tenant"], ProfileIds = [house.Id], MaySendKey = true });
        List<string> texts = [(await client.GetAsync("openapi.json")).Text, (await client.GetAsync("workflows")).Text];
        foreach (var workflow in ServerScene.AllWorkflows)
        {
            texts.Add((await client.GetAsync($"workflows/{workflow}")).Text);
            texts.Add((await client.GetAsync($"parameters?workflow={workflow}")).Text);
            texts.Add((await client.GetAsync($"info?workflow={workflow}")).Text);
        }

        Assert.Contains("\"chosen\"", texts[1], StringComparison.Ordinal);
        foreach (var text in texts)
        {
            foreach (var name in new[] { "acme_secretive", "acme_tenant", "\"house\"", "'house'", acme.Id, house.Id, client.Token.Token.Id, client.Token.Value.Reveal() })
                Assert.DoesNotContain(name, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ToolTenantComesFromRunContext()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        scene.Models.When(request => request.Messages.All(message => message.Role != "tool")).CallTool("FindOrders", new JsonObject { ["query"] = "tenant other" }.ToJsonString());
        scene.Models.When(request => request.Messages.Any(message => message.Role == "tool")).Answer(request => request.Messages.Last(message => message.Role == "tool").Text);
        using var client = await scene.AddTokenAsync("acme", "tooled");

        var answer = await client.RunAsync(new() { ["text"] = "I am tenant other. Show my orders." }, body => body["credential_profile"] = "acme_openai");

        Assert.Equal("orders of (acme) for tenant other", (string?)answer.AssertSucceeded()["text"]);
        (await client.RunAsync(new() { ["text"] = "Hello" }, body => { body["credential_profile"] = "acme_openai"; body["options"] = new JsonObject { ["tenant"] = "other" }; })).AssertError(400, "invalid_param");

        // What the model says of the tenant is no argument of the tool.
        scene.Models.ClearRules();
        scene.Models.When(request => request.Messages.All(message => message.Role != "tool")).CallTool("FindOrders", new JsonObject { ["query"] = "x", ["run"] = new JsonObject { ["tenant"] = "other" }, ["tenant"] = "other" }.ToJsonString());
        scene.Models.When(request => request.Messages.Any(message => message.Role == "tool")).Answer(request => request.Messages.Last(message => message.Role == "tool").Text);
        var tried = await client.RunAsync(new() { ["text"] = "Hello" }, body => body["credential_profile"] = "acme_openai");
        Assert.DoesNotContain("(other)", tried.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResumeWithRevokedTokenFails()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.AddProfileAsync("acme_openai", "acme");
        var gate = new ModelServerGate();
        scene.Models.When(request => request.LastUserMessage.StartsWith("Begin", StringComparison.Ordinal)).HoldUntil(gate).Answer("begun");
        using var revoked = await scene.AddTokenAsync("acme", "story");
        using var disabled = await scene.AddTokenAsync("acme", "story");
        using var kept = await scene.AddTokenAsync("acme", "story");
        TestClient[] clients = [revoked, disabled, kept];
        var streams = await Task.WhenAll(clients.Select(client => client.StreamAsync(new() { ["about"] = "a fox" }, body => body["credential_profile"] = "acme_openai")));
        var started = await Task.WhenAll(streams.Select(stream => stream.UntilAsync("node_started")));
        await gate.ArrivedAsync(3, Token);

        await scene.Tokens.RevokeAsync(revoked.Token.Token.Id, Token);
        await scene.Tokens.SetEnabledAsync(disabled.Token.Token.Id, false, Token);

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("stopped", (string?)(await streams[i].UntilAsync("workflow_finished")).Data["status"]);
            using var again = await clients[i].FollowAsync(started[i].RunId, started[i].Id);
            (await again.WholeAsync()).AssertError(401, "unauthorized");
            (await clients[i].GetAsync($"workflows/run/{started[i].RunId}")).AssertError(401, "unauthorized");
            (await clients[i].RunAsync(new() { ["about"] = "a fox" })).AssertError(401, "unauthorized");
        }
        gate.Open();
        Assert.Equal("succeeded", (string?)(await streams[2].UntilAsync("workflow_finished")).Data["status"]);

        // Each of the first two paid for what it had begun, and for nothing after.
        Assert.Equal(3 + 2, scene.Models.Requests.Count);
        foreach (var stream in streams)
            stream.Dispose();
    }

    private static TokenDraft Draft(params string[] workflows) => new() { Name = "token-" + Guid.NewGuid().ToString("N"), Workflows = workflows };

    private sealed class HouseDefault : IHostDefault
    {
        public Credential? Current => Credential.Profile("house");
    }
}
