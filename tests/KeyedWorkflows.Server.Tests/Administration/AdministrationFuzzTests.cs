using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Security;

namespace KeyedWorkflows.Server.Tests.Administration;

/// <summary>Requests drawn from the API's own description, right and wrong. A failure names the seed and the number by which it is drawn again.</summary>
[Collection(HeavyTests.Name)]
public sealed class AdministrationFuzzTests
{
    private const int Requests = 2_500;

    private static readonly string[] Odd =
    [
        "", " ", "\0", "a", "acme", "acme_openai", "openai", "\u00e9\u4e2d\ud83d\ude00", "../../etc/passwd", "/dev/zero", "null", "true", "-1", "0", "1e309", "'; DROP TABLE profiles; --", "http://169.254.169.254/", "https://a.example/v1",
        "\u202e", "a\r\nb", "NaN", "2026-11-01", "2026-11-01T00:00:00Z", "Europe/Berlin", "tenant,model", "\"", "*", "USD", "12.5", "79228162514264337593543950335", "0.00000000000000000000000000001",
    ];

    [Theory]
    [InlineData(20261129)]
    public async Task No_request_of_administration_is_answered_with_a_500_or_without_an_envelope(int seed)
    {
        await using var scene = await AdministrationScene.StartAsync();
        var document = (await scene.Admin.GetAsync("openapi.json")).Done();
        (string Path, string Method, JsonObject Operation)[] operations = [..
            from path in document["paths"]!.AsObject()
            from method in path.Value!.AsObject()
            where method.Key != "delete" || !path.Key.Contains("administrators", StringComparison.Ordinal)
            select (path.Key, method.Key.ToUpperInvariant(), method.Value!.AsObject())];
        Assert.True(operations.Length >= 30);

        // What is described is there, and nothing else is.
        foreach (var (path, method, operation) in operations)
            Assert.NotEqual("There is nothing at this address and method.", (string?)(JsonNode.Parse((await scene.Admin.SendAsync(method, path.Replace("{id}", "none", StringComparison.Ordinal).Replace("{tenant}", "none", StringComparison.Ordinal), operation.ContainsKey("requestBody") ? "{}" : null)).Text is { Length: > 0 } text ? text : "{}") as JsonObject)?["message"]);
        var key = Canary.Key();
        var profile = (await scene.Server.AddProfileAsync("acme_openai", "acme", key)).Id;
        using var client = await scene.Server.AddTokenAsync("acme", "keyed");
        string[] ids = [profile, client.Token.Token.Id, "acme", "none"];
        var counts = new int[6];

        await Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, async (number, cancellation) =>
        {
            var (path, method, operation) = operations[number % operations.Length];
            var draw = new Draw(new Random(unchecked((seed * 397) ^ (number * 7919))), key, ids);
            using var request = draw.Request(path, method, operation, scene.Admin.Http.BaseAddress!);
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellation);
            using var answer = await scene.Admin.Http.SendAsync(request, cancellation);
            var text = await answer.Content.ReadAsStringAsync(cancellation);
            var what = $"seed {seed}, number {number}: {method} {request.RequestUri} {body[..Math.Min(body.Length, 2000)]}\n{(int)answer.StatusCode} {text}";
            Interlocked.Increment(ref counts[(int)answer.StatusCode / 100]);
            Assert.True((int)answer.StatusCode < 500, what);
            Assert.False(text.Contains(key, StringComparison.OrdinalIgnoreCase), what);
            if ((int)answer.StatusCode >= 400)
            {
                var json = JsonNode.Parse(text)!;
                Assert.True((int?)json["status"] == (int)answer.StatusCode && (string?)json["code"] is { Length: > 0 } && (string?)json["message"] is { Length: > 0 }, what);
            }
        });

        Assert.True(counts[2] > Requests / 20 && counts[4] > Requests / 4, string.Join(' ', counts));
        Assert.DoesNotContain(key, await EveryByte.ReadAsync(scene), StringComparison.Ordinal);
    }

    private sealed class Draw(Random random, string key, string[] ids)
    {
        public HttpRequestMessage Request(string path, string method, JsonObject operation, Uri address)
        {
            List<string> query = [];
            foreach (var parameter in (operation["parameters"] as JsonArray ?? []).OfType<JsonObject>())
            {
                var (name, place) = ((string)parameter["name"]!, (string)parameter["in"]!);
                var value = Once(2) ? One(Odd) : Value((JsonObject)parameter["schema"]!, 0)?.ToString() ?? "";
                if (place == "path")
                    path = path.Replace($"{{{name}}}", Uri.EscapeDataString(Once(3) && value.Trim().Trim('.').Length > 0 ? value.Replace("\0", "x", StringComparison.Ordinal).Replace("/", "x", StringComparison.Ordinal) : One(ids)), StringComparison.Ordinal);
                else if (place == "query" && !Once(3))
                    query.Add($"{name}={Uri.EscapeDataString(value)}");
            }
            var request = new HttpRequestMessage(new HttpMethod(Once(30) ? One(["GET", "POST", "PUT", "PATCH", "DELETE", "X"]) : method), new Uri(address, path + (query.Count > 0 ? "?" + string.Join('&', query) : "")));
            if (Once(8))
                request.Headers.TryAddWithoutValidation("If-Match", One(["*", "\"x\"", "x", "\"\"", "W/\"x\"", "\"" + new string('a', 32) + "\""]));
            if (Once(8))
                request.Headers.TryAddWithoutValidation("Accept", One(["text/csv", "*/*", "text/csv;q=x"]));
            if (operation["requestBody"]?["content"]?["application/json"]?["schema"] is JsonObject schema && request.Method != HttpMethod.Get)
            {
                var text = Value(schema, 0)?.ToJsonString() ?? "null";
                request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Once(8) ? Broken(text) : text));
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(Once(30) ? "text/plain" : "application/json");
            }
            return request;
        }

        private JsonNode? Value(JsonObject schema, int depth)
        {
            if (Once(25) || depth > 8)
                return One<JsonNode?>([null, JsonValue.Create(One(Odd)), JsonValue.Create(random.Next()), new JsonArray(), new JsonObject { [One(Odd)] = One(Odd) }])?.DeepClone();
            var type = schema["type"] is JsonArray types ? (string?)One([.. types]) : (string?)schema["type"];
            switch (type)
            {
                case "object":
                    var made = new JsonObject();
                    var required = (schema["required"] as JsonArray ?? []).Select(static name => (string)name!).ToHashSet();
                    foreach (var (name, inner) in schema["properties"] as JsonObject ?? [])
                    {
                        if (required.Contains(name) ? !Once(25) : Once(4))
                            made[name] = Value((JsonObject)inner!, depth + 1);
                    }
                    if (schema["additionalProperties"] is JsonObject others && Once(2))
                        made["x" + random.Next(9)] = Value(others, depth + 1);
                    if (Once(25))
                        made[One(Odd) + "y"] = One(Odd);
                    return made;
                case "array":
                    return new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Value((JsonObject)schema["items"]!, depth + 1))]);
                case "string" when (string?)schema["format"] == "password":
                    return Once(4) ? One(Odd) : key;
                case "string" when schema["pattern"] is not null:
                    return Once(8) ? One(Odd) : Once(3) ? One(["acme", "openai", "USD"]) : "n" + random.Next(100_000).ToString(System.Globalization.CultureInfo.InvariantCulture);
                case "string":
                    return Once(8) && (int?)schema["maxLength"] is { } most ? new string('m', most + random.Next(-1, 2)) : One(Odd);
                case "integer" or "number":
                    return One<JsonNode?>([JsonValue.Create(0), JsonValue.Create(1), JsonValue.Create(60), JsonValue.Create(-1), JsonValue.Create(long.MaxValue), JsonValue.Create(0.5), JsonValue.Create(1e300), JsonValue.Create(int.MaxValue)]);
                case "boolean":
                    return JsonValue.Create(Once(2));
                default:
                    return null;
            }
        }

        private string Broken(string text)
        {
            var broken = new StringBuilder(text);
            for (var n = random.Next(1, 4); n > 0 && broken.Length > 0; n--)
            {
                var at = random.Next(broken.Length);
                if (Once(2))
                    broken.Remove(at, Math.Min(random.Next(1, 9), broken.Length - at));
                else
                    broken.Insert(at, One(["\"", "{", "}", "[", "]", ",", ":", "\\ud800", "\u00e9", "0", "-", " ", new string('[', 40)]));
            }
            return broken.ToString();
        }

        private bool Once(int times) => random.Next(times) == 0;

        private T One<T>(T[] all) => all[random.Next(all.Length)];
    }
}
