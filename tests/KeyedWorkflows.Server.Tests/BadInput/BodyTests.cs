using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Server.Tests.Security;

namespace KeyedWorkflows.Server.Tests.BadInput;

/// <summary>Bodies that no run comes of.</summary>
public sealed class BodyTests(BadInputScene bad)
{
    private const string Path = "workflows/keyed/run";

    private const string Valid = """{"inputs":{"text":"CANARY"},"user":"u","credential_profile":"acme_openai"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("\"CANARY\"")]
    [InlineData("true")]
    [InlineData("{")]
    [InlineData("{\"inputs\"")]
    [InlineData("{\"inputs\":")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\"")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\",}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},,\"user\":\"u\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"} \"user\":\"u\"}")]
    [InlineData("{'inputs':{'text':'CANARY'},'user':'u'}")]
    [InlineData("{inputs:{},user:\"u\"}")]
    [InlineData("/* CANARY */ {\"inputs\":{\"text\":\"a\"},\"user\":\"u\"}")]
    [InlineData("{\"inputs\":{\"text\":\"a\"},\"user\":\"u\"} // CANARY")]
    [InlineData("{\"inputs\":{\"text\":\"a\"},\"user\":\"u\"}{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\"}")]
    [InlineData("\ufeff{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\",\"credential_profile\":\"acme_openai\"}")]
    [InlineData("{\"inputs\":{\"text\":NaN},\"user\":\"u\"}")]
    [InlineData("{\"inputs\":{\"text\":\"\t\"},\"user\":\"u\"}")]
    [InlineData("{\"inputs\":{\"text\":\"\\x41CANARY\"},\"user\":\"u\"}")]
    [InlineData("<inputs>CANARY</inputs>")]
    [InlineData("inputs=CANARY&user=u")]
    public async Task MalformedJson(string body) => await RefusedAsync(body);

    [Theory]
    [InlineData("{\"inputs\":{\"text\":\"\\ud800CANARY\"},\"user\":\"u\",\"credential_profile\":\"acme_openai\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\\udc00\"},\"user\":\"u\",\"credential_profile\":\"acme_openai\"}")]
    [InlineData("{\"inputs\":{\"\\ud800\":\"CANARY\"},\"user\":\"u\",\"credential_profile\":\"acme_openai\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"\\ud800\",\"credential_profile\":\"acme_openai\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\",\"credential_profile\":\"\\ud800\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\",\"api_key\":\"\\udfff\\ud800\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\",\"\\ud800\":1}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\",\"credentials\":{\"\\ud800\":{\"credential_profile\":\"acme_openai\"}}}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\",\"options\":{\"labels\":{\"\\ud800\":\"a\"}},\"credential_profile\":\"acme_openai\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\",\"options\":{\"labels\":{\"a\":\"\\ud800\"}},\"credential_profile\":\"acme_openai\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\",\"callback_url\":\"https://\\ud800.example/\",\"credential_profile\":\"acme_openai\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\",\"profile_name\":\"\\ud800\"},\"user\":\"u\"}")]
    public async Task LoneSurrogates(string body) => await RefusedAsync(body);

    [Theory]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\\u0000\",\"credential_profile\":\"acme_openai\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\\u202e\",\"credential_profile\":\"acme_openai\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\\u0085\",\"credential_profile\":\"acme_openai\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\\u200b\",\"credential_profile\":\"acme_openai\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"\\u0000\",\"credential_profile\":\"acme_openai\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"a\\r\\nX-Evil: 1\",\"credential_profile\":\"acme_openai\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\",\"credential_profile\":\"acme_openai\\u0000\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\",\"credential_tenant\":\"acme\\u0000\"}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\"},\"user\":\"u\",\"credential_profile\":\"acme_openai\",\"options\":{\"tenant\":\"acme\\u0000\"}}")]
    [InlineData("{\"inputs\":{\"text\":\"CANARY\",\"profile_name\":\"acme_openai\\u0000\"},\"user\":\"u\"}")]
    [InlineData("{\"inputs\\u0000\":{\"text\":\"CANARY\"},\"user\":\"u\"}")]
    public async Task NulAndControlCharacters(string body) => await RefusedAsync(body);

    [Fact]
    public async Task InvalidUtf8()
    {
        var canary = Canary.Word();
        byte[][] wrong = [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82], [0x80], [0xfe, 0xff]];
        foreach (var bytes in wrong)
        {
            foreach (var template in new[] { """{"inputs":{"text":"CANARY@"},"user":"u","credential_profile":"acme_openai"}""", """{"inputs":{"text":"CANARY"},"user":"u@","credential_profile":"acme_openai"}""", "@" + Valid, Valid + "@" })
            {
                var text = template.Replace("CANARY", canary, StringComparison.Ordinal);
                var at = text.IndexOf('@', StringComparison.Ordinal);
                byte[] body = [.. Encoding.UTF8.GetBytes(text[..at]), .. bytes, .. Encoding.UTF8.GetBytes(text[(at + 1)..])];
                await bad.AssertRefusedAsync(await SendAsync(new ByteArrayContent(body), "application/json"), 400, canary);
            }
        }
        foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
            await bad.AssertRefusedAsync(await SendAsync(new ByteArrayContent(encoding.GetBytes(Valid.Replace("CANARY", canary, StringComparison.Ordinal))), "application/json"), 400, canary);
    }

    [Theory]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","CANARY":1}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","Inputs":{"text":"CANARY"}}""")]
    [InlineData("""{"inputs":{"text":"a"},"User":"CANARY"}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","API_KEY":"CANARY"}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","apiKey":"CANARY"}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","credential_profile ":"CANARY"}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","trace_id":"CANARY"}""")]
    [InlineData("""{"inputs":{"text":"a","CANARY":1},"user":"u","credential_profile":"acme_openai"}""")]
    [InlineData("""{"inputs":{"text":"a","Text":"CANARY"},"user":"u","credential_profile":"acme_openai"}""")]
    [InlineData("""{"inputs":{"Text":"CANARY"},"user":"u","credential_profile":"acme_openai"}""")]
    [InlineData("""{"inputs":{"text":"a","modelApiKey":"CANARY"},"user":"u"}""")]
    [InlineData("""{"inputs":{"text":"a","model_api_key ":"CANARY"},"user":"u"}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","credentials":{"CANARY":{"credential_profile":"acme_openai"}}}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","credentials":{"default":{"CANARY":"acme_openai"}}}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","options":{"CANARY":1}}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","options":{"Tenant":"CANARY"}}""")]
    [InlineData("""{"inputs":{"text":"a"},"inputs":{"text":"CANARY"},"user":"u","credential_profile":"acme_openai"}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","user":"CANARY","credential_profile":"acme_openai"}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","us\u0065r":"CANARY","credential_profile":"acme_openai"}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","credential_profile":"CANARY","credential_profile":"acme_openai"}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","api_key":"CANARY","api_key":"CANARY"}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","response_mode":"blocking","response_mode":"streaming"}""")]
    [InlineData("""{"inputs":{"text":"a","text":"CANARY"},"user":"u","credential_profile":"acme_openai"}""")]
    [InlineData("""{"inputs":{"text":"a","t\u0065xt":"CANARY"},"user":"u","credential_profile":"acme_openai"}""")]
    [InlineData("""{"inputs":{"text":"a","profile_name":"acme_openai","profile_name":"CANARY"},"user":"u"}""")]
    [InlineData("""{"inputs":{"text":"a","model_api_key":"CANARY","model_api_key":"CANARY"},"user":"u"}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","credentials":{"default":{"credential_profile":"acme_openai"},"default":{"credential_profile":"CANARY"}}}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","credentials":{"default":{"credential_profile":"acme_openai","credential_profile":"CANARY"}}}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","options":{"max_calls":1,"max_calls":2}}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","options":{"labels":{"CANARY":"1","CANARY":"2"}}}""")]
    [InlineData("""{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","options":{},"options":{"tenant":"CANARY"}}""")]
    public async Task DuplicateCaseUnknownFieldsRefused(string body) => await RefusedAsync(body);

    /// <summary>Each field with each wrong type.</summary>
    [Fact]
    public async Task WrongTypes()
    {
        var canary = Canary.Word();
        var wrong = new Dictionary<string, string> { ["text"] = $"\"{canary}\"", ["number"] = "1.5", ["big"] = "1e400", ["true"] = "true", ["list"] = $"[\"{canary}\"]", ["object"] = $"{{\"{canary}\":1}}", ["null"] = "null" };
        (string Field, string Template, string[] Right)[] fields =
        [
            ("inputs", """{"inputs":@,"user":"u","credential_profile":"acme_openai"}""", []),
            ("user", """{"inputs":{"text":"a"},"user":@,"credential_profile":"acme_openai"}""", ["text"]),
            ("response_mode", """{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","response_mode":@}""", []),
            ("on_disconnect", """{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","on_disconnect":@}""", []),
            ("callback_url", """{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","callback_url":@}""", []),
            ("files", """{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","files":@}""", ["null"]),
            ("credential_profile", """{"inputs":{"text":"a"},"user":"u","credential_profile":@}""", ["text"]),
            ("credential_id", """{"inputs":{"text":"a"},"user":"u","credential_id":@}""", ["text"]),
            ("credential_tenant", """{"inputs":{"text":"a"},"user":"u","credential_tenant":@}""", ["text"]),
            ("api_key", """{"inputs":{"text":"a"},"user":"u","api_key":@}""", ["text"]),
            ("credentials", """{"inputs":{"text":"a"},"user":"u","credentials":@}""", []),
            ("credentials.slot", """{"inputs":{"text":"a"},"user":"u","credentials":{"default":@}}""", []),
            ("credentials.slot.api_key", """{"inputs":{"text":"a"},"user":"u","credentials":{"default":{"api_key":@}}}""", []),
            ("options", """{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","options":@}""", []),
            ("options.tenant", """{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","options":{"tenant":@}}""", []),
            ("options.labels", """{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","options":{"labels":@}}""", []),
            ("options.labels.x", """{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","options":{"labels":{"x":@}}}""", ["text"]),
            ("options.max_duration_seconds", """{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","options":{"max_duration_seconds":@}}""", ["number"]),
            ("options.max_tokens", """{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","options":{"max_tokens":@}}""", []),
            ("options.max_calls", """{"inputs":{"text":"a"},"user":"u","credential_profile":"acme_openai","options":{"max_calls":@}}""", []),
            ("inputs.text", """{"inputs":{"text":@},"user":"u","credential_profile":"acme_openai"}""", ["text"]),
            ("inputs.model_api_key", """{"inputs":{"text":"a","model_api_key":@},"user":"u"}""", ["text", "null"]),
            ("inputs.profile_name", """{"inputs":{"text":"a","profile_name":@},"user":"u"}""", ["text", "null"]),
        ];
        foreach (var (field, template, right) in fields)
        {
            foreach (var (kind, value) in wrong.Where(one => !right.Contains(one.Key)))
            {
                var answer = await SendAsync(Text(template.Replace("@", value, StringComparison.Ordinal)), "application/json");
                Assert.True((int)answer.Status == 400, $"{field} as {kind}: {(int)answer.Status} {answer.Text}");
                await bad.AssertRefusedAsync(answer, 400, canary);
            }
        }
    }

    [Theory]
    [InlineData("""{"inputs":{"text":"CANARY"},"credential_profile":"acme_openai"}""")]
    [InlineData("""{"inputs":{"text":"CANARY"},"user":"","credential_profile":"acme_openai"}""")]
    [InlineData("""{"inputs":{"text":"CANARY"},"user":null,"credential_profile":"acme_openai"}""")]
    [InlineData("""{"user":"CANARY","credential_profile":"acme_openai"}""")]
    [InlineData("""{"inputs":{},"user":"CANARY","credential_profile":"acme_openai"}""")]
    [InlineData("""{"inputs":{"text":null},"user":"CANARY","credential_profile":"acme_openai"}""")]
    [InlineData("{}")]
    [InlineData("""{"inputs":{"text":"CANARY"},"user":"u","credential_profile":"acme_openai","options":{"max_tokens":-1}}""")]
    [InlineData("""{"inputs":{"text":"CANARY"},"user":"u","credential_profile":"acme_openai","options":{"max_calls":2147483648}}""")]
    [InlineData("""{"inputs":{"text":"CANARY"},"user":"u","credential_profile":"acme_openai","options":{"max_duration_seconds":0}}""")]
    [InlineData("""{"inputs":{"text":"CANARY"},"user":"u","credential_profile":"acme_openai","options":{"max_duration_seconds":1e-9}}""")]
    [InlineData("""{"inputs":{"text":"CANARY"},"user":"u","credential_profile":"acme_openai","options":{"max_duration_seconds":1e300}}""")]
    [InlineData("""{"inputs":{"text":"CANARY"},"user":"u","credential_profile":"acme_openai","options":{"tenant":""}}""")]
    [InlineData("""{"inputs":{"text":"CANARY"},"user":"u","credential_profile":"acme_openai","options":{"labels":{"":"a"}}}""")]
    [InlineData("""{"inputs":{"text":"CANARY"},"user":"u","credential_profile":"acme_openai","api_key":"CANARY"}""")]
    [InlineData("""{"inputs":{"text":"CANARY"},"user":"u","credential_profile":"acme_openai","response_mode":"Streaming"}""")]
    public async Task MissingEmptyOrOutOfRange(string body) => await RefusedAsync(body);

    [Fact]
    public async Task TooLongTexts()
    {
        var canary = Canary.Word();
        foreach (var body in new[]
        {
            $$"""{"inputs":{"text":"a"},"user":"{{canary}}{{new string('u', 256)}}","credential_profile":"acme_openai"}""",
            $$"""{"inputs":{"text":"a"},"user":"u","credential_profile":"{{canary}}{{new string('p', 64)}}"}""",
            $$"""{"inputs":{"text":"a"},"user":"u","credential_id":"{{canary}}{{new string('p', 64)}}"}""",
            $$"""{"inputs":{"text":"a"},"user":"u","api_key":"{{canary}}{{new string('k', 4096)}}"}""",
            $$"""{"inputs":{"text":"a"},"user":"u","callback_url":"https://a.example/{{canary}}{{new string('u', 2048)}}","credential_profile":"acme_openai"}""",
        })
        {
            await bad.AssertRefusedAsync(await SendAsync(Text(body), "application/json"), 400, canary);
        }
        var labels = new JsonObject([.. Enumerable.Range(0, 33).Select(i => KeyValuePair.Create<string, JsonNode?>($"{canary}{i}", "x"))]);
        await bad.AssertRefusedAsync(await bad.Client.RunAsync(new() { ["text"] = "a" }, body => body["options"] = new JsonObject { ["labels"] = labels }, Path), 400, canary);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(10_000)]
    public async Task DeepNesting(int levels)
    {
        var canary = Canary.Word();
        foreach (var (open, close) in new[] { ("[", "]"), ("{\"a\":", "}") })
        {
            var deep = string.Concat(Enumerable.Repeat(open, levels)) + (open == "[" ? "" : "1") + string.Concat(Enumerable.Repeat(close, levels));
            foreach (var body in new[]
            {
                $$"""{"inputs":{"text":{{deep}}},"user":"{{canary}}"}""", $$"""{"inputs":{{deep}},"user":"{{canary}}"}""", $$"""{"inputs":{"text":"a","unknown":{{deep}}},"user":"{{canary}}"}""",
                $$"""{"inputs":{"text":"a"},"user":"{{canary}}","credentials":{{deep}}}""", $$"""{"inputs":{"text":"a"},"user":"{{canary}}","files":{{deep}}}""", $$"""{"unknown":{{deep}}}""", deep,
            })
            {
                await bad.AssertRefusedAsync(await SendAsync(Text(body), "application/json"), body.Length > 64 * 1024 ? 413 : 400, canary);
            }
        }
    }

    [Theory]
    [InlineData(64 * 1024 + 1)]
    [InlineData(1024 * 1024)]
    [InlineData(40 * 1024 * 1024)]
    public async Task OversizedBody(int length)
    {
        var canary = Canary.Word();
        var token = bad.Client.Token.Value.Reveal();
        var path = bad.Scene.Address.AbsolutePath + Path;
        var body = Encoding.UTF8.GetBytes(Valid.Replace("CANARY", canary, StringComparison.Ordinal).PadRight(length));

        // With a length: refused before it is sent. Without: when it has become too long.
        var declared = await RawHttp.SendAsync(bad.Scene.Address, RawHttp.Post(path, token, body[..1000], $"Content-Length: {length}\r\n", withLength: false));
        await AssertRawAsync(declared, 413, canary);
        if (length > 2 * 1024 * 1024)
            return;
        var chunk = Encoding.ASCII.GetBytes(length.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
        var chunked = await RawHttp.SendAsync(bad.Scene.Address, RawHttp.Post(path, token, [.. chunk, .. body, .. "\r\n0\r\n\r\n"u8], "Transfer-Encoding: chunked\r\n", withLength: false));
        await AssertRawAsync(chunked, 413, canary);
        await bad.AssertRefusedAsync(await SendAsync(new ByteArrayContent(body), "application/json"), 413, canary);
    }

    [Theory]
    [InlineData("Content-Length: 10\r\nContent-Length: 400\r\n")]
    [InlineData("Content-Length: -1\r\n")]
    [InlineData("Content-Length: 1e3\r\n")]
    [InlineData("Content-Length: 99999999999999999999\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n")]
    [InlineData("Transfer-Encoding: gzip\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n")]
    [InlineData("Transfer-Encoding:\tchunkedx\r\n")]
    [InlineData(" Content-Length: 400\r\n")]
    [InlineData("X: a\r\n\tContent-Length: 400\r\n")]
    [InlineData("Content-Length : 400\r\n")]
    [InlineData("X\0Y: 1\r\nContent-Length: 10\r\n")]
    [InlineData("X: a\0b\r\nContent-Length: 10\r\n")]
    [InlineData("X: a\nContent-Length: 10\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nX-Chunks: ZZ\r\n")]
    public async Task FramingThatCouldSmuggle(string headers)
    {
        var canary = Canary.Word();
        var inner = $"POST {bad.Scene.Address.AbsolutePath}{Path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {bad.Client.Token.Value.Reveal()}\r\nContent-Type: application/json\r\nContent-Length: {Valid.Length}\r\n\r\n{Valid}";
        var answer = await RawHttp.SendAsync(
            bad.Scene.Address, RawHttp.Post(bad.Scene.Address.AbsolutePath + Path, bad.Client.Token.Value.Reveal(), Encoding.UTF8.GetBytes(canary + "\r\n\r\n" + inner), headers, withLength: false), TimeSpan.FromSeconds(8));

        // One answer at most, no run, no echo.
        Assert.True(RawHttp.StatusOf(answer) is 400 or 411 or 413 or 415 or 501 or 0, answer);
        Assert.Equal(answer.Length == 0 ? 0 : 1, answer.Split("HTTP/1.1 ").Length - 1);
        Assert.DoesNotContain(canary, answer, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(bad.Scene.Models.Requests);
    }

    [Fact]
    public async Task WrongContentTypeAndEncoding()
    {
        var canary = Canary.Word();
        var body = Valid.Replace("CANARY", canary, StringComparison.Ordinal);
        foreach (var type in new[]
        {
            null, "", "text/plain", "text/json", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/json; charset=iso-8859-1", "application/json;charset=\"utf-7\"",
            "application/jsonx", "application", "application/json, text/plain", "*/*",
        })
        {
            await bad.AssertRefusedAsync(await SendAsync(Text(body), type), 415, canary);
        }
        foreach (var encoding in new[] { "gzip", "br", "deflate", "identity", "gzip, gzip" })
        {
            var content = Text(body);
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
            await bad.AssertRefusedAsync(await SendAsync(content, "application/json"), 415, canary);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\tb")]
    [InlineData("256")]
    [InlineData("two")]
    public async Task IdempotencyKeyMalformed(string key)
    {
        var value = key == "256" ? new string('k', 256) : key;
        var headers = key == "two" ? "Idempotency-Key: one\r\nIdempotency-Key: two\r\n" : $"Idempotency-Key: {value}\r\n";
        var canary = Canary.Word();
        var answer = await RawHttp.SendAsync(
            bad.Scene.Address, RawHttp.Post(bad.Scene.Address.AbsolutePath + Path, bad.Client.Token.Value.Reveal(), Encoding.UTF8.GetBytes(Valid.Replace("CANARY", canary, StringComparison.Ordinal)), headers));
        await AssertRawAsync(answer, 400, canary);
    }

    [Theory]
    [InlineData("Idempotency-Key")]
    [InlineData("Last-Event-ID")]
    [InlineData("traceparent")]
    [InlineData("X-Request-Id")]
    [InlineData("User-Agent")]
    [InlineData("Accept")]
    public async Task HeadersAreNotEchoed(string name)
    {
        var canary = Canary.Word();
        foreach (var value in new[] { canary + "\u00e9", canary + "%0d%0aX-Evil: 1", $"<script>{canary}</script>", canary + "\\r\\nX-Evil: 1" })
        {
            var raw = await RawHttp.SendAsync(
                bad.Scene.Address, RawHttp.Post(bad.Scene.Address.AbsolutePath + Path, bad.Client.Token.Value.Reveal(), "{}"u8.ToArray(), $"{name}: {value}\r\n"));
            Assert.Equal(400, RawHttp.StatusOf(raw));
            Assert.DoesNotContain(canary, raw, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("X-Evil", raw, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("workflows/logs?page=0")]
    [InlineData("workflows/logs?page=100001")]
    [InlineData("workflows/logs?page=-1")]
    [InlineData("workflows/logs?page=1.0")]
    [InlineData("workflows/logs?page=CANARY")]
    [InlineData("workflows/logs?page=1&page=2")]
    [InlineData("workflows/logs?page=")]
    [InlineData("workflows/logs?limit=0")]
    [InlineData("workflows/logs?limit=101")]
    [InlineData("workflows/logs?limit=99999999999999999999")]
    [InlineData("workflows/logs?status=CANARY")]
    [InlineData("workflows/logs?status=succeeded%00")]
    [InlineData("workflows/logs?created_at__before=CANARY")]
    [InlineData("workflows/logs?created_at__after=0")]
    [InlineData("workflows/logs?keyword=%00")]
    [InlineData("workflows/logs?keyword=a%0d%0ab")]
    [InlineData("workflows/logs?user=%1f")]
    [InlineData("workflows/run/00000000000000000000000000000000?include=CANARY")]
    [InlineData("workflows/run/00000000000000000000000000000000?user=%0a")]
    [InlineData("workflow/00000000000000000000000000000000/events")]
    [InlineData("workflow/00000000000000000000000000000000/events?user=")]
    [InlineData("workflow/00000000000000000000000000000000/events?user=a&include_state_snapshot=CANARY")]
    [InlineData("workflow/00000000000000000000000000000000/events?user=a&continue_on_pause=2")]
    [InlineData("files/00000000000000000000000000000000")]
    [InlineData("files/00000000000000000000000000000000?user=%0d%0aX-Evil:1")]
    [InlineData("info?workflow=a%0d%0aX-Evil:1")]
    public async Task ParametersOutOfRange(string path)
    {
        var canary = Canary.Word();
        var answer = await bad.Client.GetAsync(path.Replace("CANARY", canary, StringComparison.Ordinal));
        Assert.True((int)answer.Status == 400, $"{(int)answer.Status}: {answer.Text}");
        Canary.AssertEnvelope(answer);
        Assert.DoesNotContain(canary, answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Evil", answer.Headers.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("workflows/%2e%2e/%2e%2e/v1/etc/passwd")]
    [InlineData("..%2f..%2fworkflows")]
    [InlineData("workflows/..%2fkeyed/run")]
    [InlineData("workflows/keyed%2frun")]
    [InlineData("workflows//run")]
    [InlineData("/workflows/keyed/run/")]
    [InlineData("workflows/keyed/run/x")]
    [InlineData("workflows/KEYED/run")]
    [InlineData("workflows/keyed%00/run")]
    [InlineData("workflows/keyed;x=1/run")]
    [InlineData("workflows/keyed@/run")]
    [InlineData("workflows/keyed@@/run")]
    [InlineData("workflows/desk@3/run")]
    [InlineData("workflows/%20keyed/run")]
    [InlineData("workflows/keyed%20/run")]
    [InlineData("workflows/{workflow_id}/run")]
    [InlineData("workflows/run/run")]
    [InlineData("workflows/explain/run")]
    [InlineData("workflows/logs/run")]
    [InlineData("workflows/tasks/run")]
    [InlineData("workflows/tasks//stop")]
    [InlineData("workflows/tasks/x/stop/y")]
    [InlineData("workflows/\u043aeyed/run")]
    public async Task PathsOfNothing(string path)
    {
        var canary = Canary.Word();
        var answer = await RawHttp.SendAsync(
            bad.Scene.Address,
            RawHttp.Post($"{bad.Scene.Address.AbsolutePath}{string.Concat(path.Select(c => c > 127 ? Uri.EscapeDataString(c.ToString()) : c.ToString()))}", bad.Client.Token.Value.Reveal(), Encoding.UTF8.GetBytes(Valid.Replace("CANARY", canary, StringComparison.Ordinal))));
        if (path.Contains("%00", StringComparison.Ordinal))
            Assert.True(RawHttp.StatusOf(answer) is 400, answer);
        else
            await AssertRawAsync(answer, 404, canary);
        Assert.Empty(bad.Scene.Models.Requests);
    }

    private async Task RefusedAsync(string template)
    {
        var canary = Canary.Word();
        var slot = (string)(await bad.Client.GetAsync("workflows/keyed")).Json["slots"]![0]!["name"]!;
        var body = template.Replace("CANARY", canary, StringComparison.Ordinal).Replace("\"credentials\":{\"default\"", $"\"credentials\":{{\"{slot}\"", StringComparison.Ordinal);
        await bad.AssertRefusedAsync(await SendAsync(Text(body), "application/json"), 400, canary);
        var explained = await SendAsync(Text(body), "application/json", "workflows/keyed/explain");
        if ((int)explained.Status == 200)
        {
            // A selection that cannot be used is what is to be explained.
            Assert.False((bool?)explained.Json["can_run"], explained.Text);
            await bad.Scene.AssertNothingHappenedAsync(bad.Client, explained, canary);
        }
        else
        {
            await bad.AssertRefusedAsync(explained, 400, canary);
        }
        if (!template.Contains("acme_openai", StringComparison.Ordinal))
            await bad.AssertRefusedAsync(await SendAsync(Text(body), "application/json", "workflows/desk/run"), 400, canary);
    }

    private async Task AssertRawAsync(string answer, int status, string canary)
    {
        Assert.True(RawHttp.StatusOf(answer) == status, answer);
        var json = JsonNode.Parse(RawHttp.BodyOf(answer))!;
        Assert.Equal(status, (int?)json["status"]);
        Assert.DoesNotContain(canary, answer, StringComparison.OrdinalIgnoreCase);
        Assert.False(bad.Scene.Logs.Holds(canary), "A log holds what was sent.");
        Assert.Empty(bad.Scene.Models.Requests);
    }

    private async Task<TestAnswer> SendAsync(HttpContent content, string? type, string path = Path)
    {
        content.Headers.Remove("Content-Type");
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.ConnectionClose = true;
        using var answer = await bad.Client.Http.SendAsync(request, Token);
        return await TestAnswer.OfAsync(answer);
    }

    private static ByteArrayContent Text(string text) => new(Encoding.UTF8.GetBytes(text));
}
