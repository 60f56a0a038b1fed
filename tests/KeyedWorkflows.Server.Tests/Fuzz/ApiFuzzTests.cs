using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Server.Tests.Security;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server.Tests.Fuzz;

/// <summary>Requests drawn from the API's own description, right and wrong. A failure names the seed and the number by which it is drawn again.</summary>
[Collection(HeavyTests.Name)]
public sealed class ApiFuzzTests
{
    private const int Requests = 3_000;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(20260701)]
    public async Task NoRequestIsAnsweredWithA500OrWithoutAnEnvelope(int seed)
    {
        await using var scene = await ServerScene.StartAsync(new()
        {
            // Nothing is fetched: names lead nowhere.
            Services = services =>
            {
                foreach (var use in Enum.GetValues<FetchUse>())
                    Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddKeyedSingleton(services, use, (_, _) => new Fetcher(new FetchHandler(new KeyedWorkflows.Tests.Egress.FakeNetwork())));
            },
        });
        await scene.AddProfileAsync("acme_openai", "acme");
        var key = Canary.Key();
        scene.Models.Keys.Add(key);
        using var client = await scene.AddTokenAsync(new TokenDraft { Name = "fuzz", Tenants = ["acme"], Workflows = ServerScene.AllWorkflows, MaySendKey = true });
        var run = (await client.RunAsync(new() { ["text"] = "Hello" }, body => body["credential_profile"] = "acme_openai", "workflows/keyed/run")).RunId!;
        var document = (await client.GetAsync("openapi.json")).Json;
        var operations = Operation.All(document).ToArray();
        Assert.True(operations.Length >= 20);
        var secrets = new[] { key, client.Token.Value.Reveal() };
        var counts = new int[6];

        await Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = 12, CancellationToken = TestContext.Current.CancellationToken }, async (number, cancellation) =>
        {
            var draw = new Draw(new Random(HashCode.Of(seed, number)), run, key);
            using var request = draw.Request(operations[number % operations.Length], scene.Address, client.Token.Value.Reveal());
            var what = $"seed {seed}, number {number}: {request.Method} {request.RequestUri} {(request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellation))}";
            what = what[..Math.Min(what.Length, 3000)];
            var watch = Stopwatch.StartNew();
            try
            {
                using var answer = await client.Http.SendAsync(request, cancellation).WaitAsync(MostTime, cancellation);
                var text = await answer.Content.ReadAsStringAsync(cancellation).WaitAsync(MostTime, cancellation);
                Interlocked.Increment(ref counts[(int)answer.StatusCode / 100]);
                foreach (var secret in secrets)
                {
                    Assert.False(text.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{what}\nholds a key: {text}");
                    Assert.False(answer.Headers.ToString().Contains(secret, StringComparison.OrdinalIgnoreCase), $"{what}\nholds a key in its headers");
                }
                if ((int)answer.StatusCode >= 500)
                    Assert.Fail($"{what}\n{(int)answer.StatusCode} {text}\n{scene.Logs.Text.Split('\n').LastOrDefault(line => line.StartsWith("Error", StringComparison.Ordinal))}");
                if ((int)answer.StatusCode >= 400 && request.Method != HttpMethod.Head)
                {
                    Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/json", $"{what}\n{(int)answer.StatusCode} {text}");
                    var json = JsonNode.Parse(text)!;
                    Assert.True((int?)json["status"] == (int)answer.StatusCode && (string?)json["code"] is { Length: > 0 } && (string?)json["message"] is { Length: > 0 }, $"{what}\n{text}");
                }
            }
            catch (TimeoutException)
            {
                Assert.Fail($"{what}\nno answer after {watch.Elapsed}");
            }
        });

        // Something of each came through: neither is all refused, nor all taken.
        Assert.True(counts[2] > Requests / 50, string.Join(' ', counts));
        Assert.True(counts[4] > Requests / 4, string.Join(' ', counts));
        var stored = await AllOfStore.ReadAsync(scene);
        foreach (var secret in secrets)
            Assert.False(stored.Contains(secret, StringComparison.Ordinal), "A key stands in the store.");
    }

    private static class HashCode
    {
        /// <summary>The same in every process.</summary>
        public static int Of(int seed, int number) => unchecked((seed * 397) ^ (number * 7919));
    }

    private sealed record Operation(string Path, string Method, JsonObject Description)
    {
        public JsonObject? Body => Description["requestBody"]?["content"]?["application/json"]?["schema"] as JsonObject;

        public bool IsUpload => Description["requestBody"]?["content"]?["multipart/form-data"] is not null;

        public IEnumerable<JsonObject> Parameters => (Description["parameters"] as JsonArray ?? []).OfType<JsonObject>();

        public static IEnumerable<Operation> All(JsonObject document) =>
            from path in document["paths"]!.AsObject()
            from method in path.Value!.AsObject()
            select new Operation(path.Key, method.Key.ToUpperInvariant(), method.Value!.AsObject());
    }

    private sealed class Draw(Random random, string run, string key)
    {
        private static readonly string[] Odd =
        [
            "", " ", "\0", "a", "\u00e9\u4e2d\ud83d\ude00", "../../etc/passwd", "%00%0d%0a", "null", "true", "-1", "0", "1e309", "{{input.Text}}", "'; DROP TABLE runs; --", "<script>", "acme", "acme_openai", "other", "someone", "\\u0000",
            "https://files.example/a", "http://169.254.169.254/", "${jndi:ldap://x}", "\u202e", "\ufeff", "a\r\nb", "NaN",
        ];

        private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "X"];

        public HttpRequestMessage Request(Operation operation, Uri address, string token)
        {
            var path = operation.Path;
            var query = new List<string>();
            foreach (var parameter in operation.Parameters)
            {
                var name = (string)parameter["name"]!;
                var value = Once(3) ? One(Odd) : (string?)Text(Value(parameter["schema"] as JsonObject ?? [], 0)) ?? "";
                if ((string?)parameter["in"] == "path")
                    path = path.Replace($"{{{name}}}", Uri.EscapeDataString(Once(3) ? run : value.Replace("\0", "", StringComparison.Ordinal)), StringComparison.Ordinal);
                else if (!Once(3))
                    query.Add($"{name}={Uri.EscapeDataString(name is "user" or "created_by_end_user_session_id" && Once(2) ? "someone" : value)}");
            }
            if (Once(12))
                path = Mutate(path);
            if (Once(12))
                query.Add(Uri.EscapeDataString(One(Odd)) + "=" + Uri.EscapeDataString(One(Odd)));
            path = path.Replace("%00", "", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal);
            if (!path.StartsWith("/v1/", StringComparison.Ordinal) || path.Contains("..", StringComparison.Ordinal))
                path = "/v1/" + Uri.EscapeDataString(path);
            var method = Once(20) ? One(Methods) : operation.Method;
            var target = new Uri(address, path + (query.Count > 0 ? "?" + string.Join('&', query) : ""));
            if (!target.AbsolutePath.StartsWith("/v1/", StringComparison.Ordinal))
                target = new Uri(address, "/v1/x");
            var request = new HttpRequestMessage(new HttpMethod(method), target);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (Once(25))
                request.Headers.TryAddWithoutValidation(One(["Idempotency-Key", "Last-Event-ID", "Accept", "X-Forwarded-For", "traceparent", "Range", "If-None-Match", "Expect-CT", "Cookie"]), Ascii(One(Odd)));
            if (operation.IsUpload)
                request.Content = Upload();
            else if (operation.Body is { } schema && method != "GET" && method != "HEAD" && method != "TRACE")
                request.Content = Json(Body(schema));
            return request;
        }

        private string Body(JsonObject schema)
        {
            var value = Value(schema, 0);
            if (value is JsonObject whole)
            {
                // Now and then one that may run.
                if (Once(3))
                {
                    foreach (var field in new[] { "credential_id", "credential_tenant", "credentials", "api_key", "options", "callback_url", "files", "credential_profile", "response_mode", "on_disconnect" })
                        whole.Remove(field);
                    whole["user"] = "someone";
                    whole[Once(3) ? "api_key" : "credential_profile"] = whole.ContainsKey("inputs") ? null : "x";
                    if (whole.ContainsKey("api_key"))
                        whole["api_key"] = key;
                    else
                        whole["credential_profile"] = "acme_openai";
                }
                if (Once(10))
                    whole[One(Odd)] = One(Odd);
                if (Once(10) && whole.Count > 0)
                    whole.Remove(whole.ElementAt(random.Next(whole.Count)).Key);
            }
            var text = value?.ToJsonString() ?? "null";
            return Once(6) ? Mutate(text) : text;
        }

        /// <summary>A value of a schema, or now and then one that is not.</summary>
        private JsonNode? Value(JsonObject schema, int depth)
        {
            if (Once(14) || depth > 6)
                return Anything(depth);
            if (schema["enum"] is JsonArray options)
                return One([.. options])?.DeepClone();
            if ((schema["anyOf"] ?? schema["oneOf"]) is JsonArray several)
                return Value(One([.. several]) as JsonObject ?? [], depth + 1);
            var type = schema["type"] is JsonArray types ? (string?)One([.. types]) : (string?)schema["type"];
            switch (type)
            {
                case "object":
                    var made = new JsonObject();
                    var required = (schema["required"] as JsonArray ?? []).Select(static name => (string)name!).ToHashSet();
                    foreach (var (name, inner) in schema["properties"] as JsonObject ?? [])
                    {
                        if (required.Contains(name) ? !Once(20) : Once(4))
                            made[name] = Value(inner as JsonObject ?? [], depth + 1);
                    }
                    if (schema["additionalProperties"] is JsonObject others && Once(2))
                        made[One(Odd) + "x"] = Value(others, depth + 1);
                    return made;
                case "array":
                    return new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(schema["items"] as JsonObject ?? [], depth + 1))]);
                case "string":
                    return (string?)schema["format"] switch
                    {
                        "password" => Once(2) ? key : One(Odd),
                        "uri" => Once(2) ? "https://files.example/a.txt" : One(Odd),
                        "date-time" => Once(2) ? "2026-07-01T00:00:00Z" : One(Odd),
                        _ => Once(8) && (int?)schema["maxLength"] is { } most and < 5000 ? new string('m', most + random.Next(-1, 2)) : One(Odd),
                    };
                case "integer" or "number":
                    return One<JsonNode?>([JsonValue.Create(0), JsonValue.Create(1), JsonValue.Create(-1), JsonValue.Create(long.MaxValue), JsonValue.Create(long.MinValue), JsonValue.Create(0.5), JsonValue.Create(1e300), JsonValue.Create(int.MaxValue), JsonValue.Create(1e8)]);
                case "boolean":
                    return JsonValue.Create(Once(2));
                case "null":
                    return null;
                default:
                    return Anything(depth);
            }
        }

        private JsonNode? Anything(int depth) => random.Next(depth > 6 ? 5 : 8) switch
        {
            0 => null,
            1 => JsonValue.Create(random.Next()),
            2 => JsonValue.Create(true),
            3 => JsonValue.Create(random.NextDouble() * 1e20),
            4 => JsonValue.Create(One(Odd)),
            5 => new JsonArray(Anything(depth + 1), Anything(depth + 2)),
            6 => new JsonObject { [One(Odd)] = Anything(depth + 1) },
            _ => new JsonObject { ["type"] = One(Odd), ["transfer_method"] = "remote_url", ["url"] = One(Odd) },
        };

        private string Mutate(string text)
        {
            var mutated = new StringBuilder(text);
            for (var n = random.Next(1, 4); n > 0 && mutated.Length > 0; n--)
            {
                var at = random.Next(mutated.Length);
                switch (random.Next(6))
                {
                    case 0:
                        mutated.Remove(at, Math.Min(random.Next(1, 9), mutated.Length - at));
                        break;
                    case 1:
                        mutated.Insert(at, One(["\"", "{", "}", "[", "]", ",", ":", "\\", "\\u", "\\ud800", "/", "//", "\u00e9", "0", "-", "e", " "]));
                        break;
                    case 2:
                        mutated[at] = (char)random.Next(32, 127);
                        break;
                    case 3:
                        mutated.Length = at;
                        break;
                    case 4:
                        mutated.Insert(at, mutated.ToString(at, Math.Min(random.Next(1, 40), mutated.Length - at)));
                        break;
                    default:
                        mutated.Insert(at, new string(One(["[", "{\"a\":", "\""])[0], random.Next(1, 70)));
                        break;
                }
            }
            return mutated.ToString();
        }

        private HttpContent Upload()
        {
            var content = new MultipartFormDataContent(Once(4) ? Guid.NewGuid().ToString("N") : "x");
            if (!Once(6))
                content.Add(new StringContent(Once(3) ? One(Odd) : "someone"), "user");
            if (!Once(6))
            {
                var bytes = new byte[random.Next(0, 4000)];
                random.NextBytes(bytes);
                var file = new ByteArrayContent(bytes);
                file.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"file\"; filename=\"{Ascii(One(Odd))}\"");
                content.Add(file);
            }
            if (Once(6))
                content.Add(new StringContent("x"), Ascii(One(Odd)) is { Length: > 0 } name && !string.IsNullOrWhiteSpace(name) ? name : "n");
            if (!Once(8))
                return content;
            var text = Mutate(Encoding.Latin1.GetString(content.ReadAsByteArrayAsync().GetAwaiter().GetResult()));
            var broken = new ByteArrayContent(Encoding.Latin1.GetBytes(text));
            broken.Headers.TryAddWithoutValidation("Content-Type", content.Headers.ContentType!.ToString());
            return broken;
        }

        private ByteArrayContent Json(string text)
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
            content.Headers.TryAddWithoutValidation("Content-Type", Once(30) ? Ascii(One(Odd)) : "application/json");
            return content;
        }

        private static string? Text(JsonNode? value) => value is JsonValue one && one.GetValueKind() == JsonValueKind.String ? (string?)one : value?.ToJsonString();

        private static string Ascii(string text) => string.Concat(text.Where(static c => c is >= ' ' and <= '~' and not '"'));

        private bool Once(int in_) => random.Next(in_) == 0;

        private T One<T>(T[] all) => all[random.Next(all.Length)];
    }
}
