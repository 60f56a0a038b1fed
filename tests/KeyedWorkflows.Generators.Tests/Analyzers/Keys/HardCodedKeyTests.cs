namespace KeyedWorkflows.Generators.Tests.Analyzers.Keys;

/// <summary>KW2001: keys in the sources, by what they are and wherever they stand.</summary>
public sealed class HardCodedKeyTests
{
    private readonly DrawnKeys keys = new(20261128);

    [Theory]
    [MemberData(nameof(DrawnKeys.Formats), MemberType = typeof(DrawnKeys))]
    public async Task A_known_format_needs_no_context(string format)
    {
        for (var i = 0; i < 20; i++)
            await Analysis.ExpectAsync($$"""class Some { object Do() => {|KW2001:"{{keys.Of(format)}}"|}; }""");
    }

    /// <summary>Each place, with a key of a known format and, under a telling name, with a random value.</summary>
    [Theory]
    [InlineData("void Do() => Use(§); void Use(string apiKey) { }")]
    [InlineData("void Do() => Use(1, apiKey: §); void Use(int one, string apiKey) { }")]
    [InlineData("[Obsolete] string ApiKey = §;")]
    [InlineData("const string ApiKey = §;")]
    [InlineData("string ApiKey { get; set; } = §;")]
    [InlineData("string ApiKey => §;")]
    [InlineData("string ApiKey { get { return §; } }")]
    [InlineData("string GetApiKey() { return §; }")]
    [InlineData("object Do() => new Dictionary<string, string> { [\"OPENAI_API_KEY\"] = § };")]
    [InlineData("object Do() => new Dictionary<string, string> { { \"apiKey\", § } };")]
    [InlineData("void Do(Dictionary<string, string> headers) => headers.Add(\"x-api-key\", §);")]
    [InlineData("void Do(Dictionary<string, string> headers) => headers[\"X-Api-Key\"] = §;")]
    [InlineData("string Do() => Environment.GetEnvironmentVariable(\"OPENAI_API_KEY\") ?? §;")]
    [InlineData("void Do() => Environment.SetEnvironmentVariable(\"OPENAI_API_KEY\", §);")]
    [InlineData("string KeyOf(string tenant) { var apiKey = tenant switch { \"acme\" => §, _ => \"\" }; return apiKey; }")]
    [InlineData("string Do(bool one) { var apiKey = one ? § : \"\"; return apiKey; }")]
    [InlineData("void Do(string apiKey = §) { }")]
    [InlineData("string[] apiKeys = [§];")]
    [InlineData("object apiKeys = new[] { § };")]
    [InlineData("List<string> tokens = new() { § };")]
    [InlineData("bool Do(string apiKey) => apiKey == §;")]
    [InlineData("bool Do(string apiKey) => apiKey is §;")]
    [InlineData("bool Do(string apiKey) => §.Equals(apiKey);")]
    [InlineData("bool Do(string apiKey) => string.Equals(apiKey, §);")]
    [InlineData("object Do() => (name: \"acme\", apiKey: §);")]
    [InlineData("object Do() => new { ApiKey = § };")]
    [InlineData("object Do() => new ApiKeyCredential(§); record ApiKeyCredential(string key);")]
    [InlineData("object Do() => Credential.ApiKey(§);")]
    [InlineData("object Do() => Secret.From(§);")]
    [InlineData("object Do() => new Settings { ApiKey = § }; class Settings { public string ApiKey = \"\"; }")]
    [InlineData("object Do() { Func<string> apiKey = () => §; return apiKey; }")]
    [InlineData("void Do(Dictionary<string, string> headers) => headers[\"Authorization\"] = \"Bearer \" + §;")]
    [InlineData("byte[] ApiKey => System.Text.Encoding.UTF8.GetBytes(§);")]
    [InlineData("object Do() => new MistralClient(§);")]
    [InlineData("(string Name, string ApiKey)[] All = [(\"acme\", §)];")]
    [InlineData("List<(string Name, string ApiKey)> All = new() { (\"acme\", §) };")]
    [InlineData("Dictionary<string, string> tenantsByApiKey = new() { [§] = \"acme\" };")]
    [InlineData("object Do() => new SymmetricSecurityKey(System.Text.Encoding.UTF8.GetBytes(§)); record SymmetricSecurityKey(byte[] bytes);")]
    [InlineData("object Do() => new MistralOptions { Key = § }; class MistralOptions { public string Key = \"\"; }")]
    public async Task It_is_found_wherever_it_stands(string member)
    {
        foreach (var key in new[] { keys.Of("OpenAI project"), keys.Random(), keys.Hex(32) })
        {
            // What a literal is put together with is reported as a whole.
            var isPiece = member.Contains("+ §", StringComparison.Ordinal);
            await Analysis.ExpectAsync($"class Some {{ {(isPiece ? member.Replace("\"Bearer \" + §", $"{{|KW2001:\"Bearer \" + \"{key}\"|}}", StringComparison.Ordinal) : member.Replace("§", $"{{|KW2001:\"{key}\"|}}", StringComparison.Ordinal))} }}\n");
        }
    }

    [Fact]
    public async Task It_is_put_together_before_it_is_judged()
    {
        var key = keys.Of("OpenAI project");
        var (one, two, three) = (key[..12], key[12..40], key[40..]);

        await Analysis.ExpectAsync($$""""
            class Some
            {
                const string One = "{{one}}";
                const string Two = "{{two}}";
                static readonly string Three = "{{three}}";
                object Added() => {|KW2001:"{{one}}" + "{{two}}" + ("{{three}}")|};
                object Named() => {|KW2001:One + Two + "{{three}}"|};
                object Filled() => {|KW2001:$"{One}{Two}{{three}}"|};
                object Constants() { const string Rest = "{{three}}"; return {|KW2001:One + Two + Rest|}; }
                object Fields() => {|KW2001:$"{One}{Two}{Three}"|};
                object Variables() { var rest = "{{three}}"; return {|KW2001:One + Two + "" + rest|}; }
                object Concatenated() => {|KW2001:string.Concat("{{one}}", "{{two}}", Three)|};
                object Verbatim() => {|KW2001:@"{{key}}"|};
                object Raw() => {|KW2001:"""{{key}}"""|};
                ReadOnlySpan<byte> Bytes => {|KW2001:"{{key}}"u8|};
                object Escaped() => {|KW2001:"\u0073{{key[1..]}}"|};
            }
            """");
    }

    [Fact]
    public async Task In_a_text_of_many_lines_it_is_reported_at_its_own() => await Analysis.ExpectAsync(
        "class Some\n{\n    string Json => \"\"\"\n        {\n          \"provider\": \"openai\",\n          \"key\": \"{|KW2001:" + keys.Of("Groq") + "|}\",\n          \"secret\": \"{|KW2002:x|}\"\n        }\n        \"\"\";\n}\n".Replace("{|KW2002:x|}", "x", StringComparison.Ordinal));

    [Theory]
    [InlineData("Server=db;ApiKey=§;Timeout=3")]
    [InlineData("https://example.org/v1?api_key=§&limit=3")]
    [InlineData("curl -H 'Authorization: Bearer §' https://example.org")]
    [InlineData("--api-key=§")]
    [InlineData("--api-key §")]
    [InlineData("{ \\\"apiKey\\\": \\\"§\\\" }")]
    [InlineData("Bearer §")]
    [InlineData("OPENAI_API_KEY=§")]
    public async Task A_name_within_the_text_tells_too(string text) =>
        await Analysis.ExpectAsync($$"""class Some { object Do() => {|KW2001:"{{text.Replace("§", keys.Random(), StringComparison.Ordinal)}}"|}; }""");

    [Fact]
    public async Task A_constant_is_reported_where_it_is_used_as_a_key_if_its_own_name_says_nothing() => await Analysis.ExpectAsync($$"""
        class Some
        {
            const string Value = "{{keys.Hex(32)}}";
            object Do() => Credential.ApiKey({|KW2001:Value|});
            object Local() { var given = "{{keys.Hex(32)}}"; return Credential.ApiKey({|KW2001:given|}); }
            object Other() => Value;
        }
        """);

    [Fact]
    public async Task A_key_given_as_the_name_of_a_profile_is_reported() => await Analysis.ExpectAsync($$"""
        class Some { object Do(IClient client, Ticket ticket) => client.RunAsync(ticket, {|KW2001:"{{keys.Of("Anthropic")}}"|}); }
        interface IClient { Task<Reply> RunAsync(Ticket input, Credential credential); }
        """);

    [Theory]
    [InlineData("your-api-key")]
    [InlineData("YOUR_OPENAI_API_KEY_GOES_HERE")]
    [InlineData("<your key>")]
    [InlineData("sk-...")]
    [InlineData("sk-")]
    [InlineData("sk-your-api-key-goes-here")]
    [InlineData("sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("sk-0000000000000000000000000000000000000000")]
    [InlineData("sk-1234567890abcdefghijklmnopqrstuvwxyz")]
    [InlineData("sk-abc123abc123abc123abc123abc123abc123")]
    [InlineData("sk-****************************4f2a")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    [InlineData("JBSWY3DPEHPK3PXP")]
    [InlineData("sk-fake-key-for-unit-tests-only")]
    [InlineData("sk-test-not-a-real-key-0123456789")]
    [InlineData("qwertyuiopasdfghjklzxcvbnm")]
    [InlineData("AKIAIOSFODNN7EXAMPLE")]
    [InlineData("OPENAI_API_KEY")]
    [InlineData("KeyedWorkflows:Profiles:acme_openai:ApiKey")]
    [InlineData("task-list-for-the-next-planning-2024")]
    [InlineData("disk-usage-report-of-volume-0042")]
    [InlineData("^sk-[A-Za-z0-9]{48}$")]
    [InlineData("The API key is missing: set OPENAI_API_KEY.")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")]
    [InlineData("gpt-4o-mini-2024-07-18")]
    [InlineData("claude-3-5-sonnet-20241022")]
    [InlineData("b77a5c561934e089")]
    [InlineData("http://localhost:8080/v1/chat/completions")]
    [InlineData("application/vnd.openxmlformats-officedocument.wordprocessingml.document")]
    [InlineData("client-a-openai-production-profile")]
    [InlineData("Password=${DB_PASSWORD};User=app")]
    [InlineData("Integrated Security=true;Encrypt=true;TrustServerCertificate=true")]
    public async Task What_is_no_key_is_not_reported_even_under_a_telling_name(string text)
    {
        await Analysis.ExpectAsync($$"""class Some { string apiKey = @"{{text}}"; object Do() => new ApiKeyCredential(@"{{text}}"); record ApiKeyCredential(string key); }""");
    }

    [Theory]
    [InlineData("requestId")]
    [InlineData("contentHash")]
    [InlineData("etag")]
    [InlineData("commitSha")]
    [InlineData("cacheKey")]
    [InlineData("PublicKeyToken")]
    [InlineData("continuationToken")]
    [InlineData("apiKeyHash")]
    [InlineData("secretName")]
    [InlineData("value")]
    [InlineData("partitionKey")]
    [InlineData("passwordHash")]
    [InlineData("checksum")]
    [InlineData("antiForgeryToken")]
    [InlineData("resumeToken")]
    [InlineData("concurrencyToken")]
    [InlineData("deviceToken")]
    public async Task A_random_value_under_another_name_is_not(string name)
    {
        foreach (var value in new[] { keys.Hex(32), keys.Hex(40), keys.Hex(64), keys.Random(24) })
            await Analysis.ExpectAsync($$"""class Some { string {{name}} = "{{value}}"; }""");
    }

    [Theory]
    [InlineData("call_")]
    [InlineData("asst_")]
    [InlineData("chatcmpl-")]
    [InlineData("thread_")]
    [InlineData("msg_")]
    [InlineData("toolu_")]
    [InlineData("file-")]
    [InlineData("pk-lf-")]
    public async Task What_a_provider_names_its_objects_is_not(string prefix) => await Analysis.ExpectAsync($$"""class Some { string token = "{{prefix + keys.Random(24)}}"; }""");

    [Fact]
    public async Task What_is_made_of_a_password_is_not() => await Analysis.ExpectAsync($$"""
        class HashTests
        {
            [Data("password", "{{keys.Hex(64)}}")] void Gives(string input, string expected) { }
            bool One() => Sha1("password") == "{{keys.Hex(40)}}";
            bool Other() => string.Equals(Sha1("secret"), "{{keys.Hex(40)}}");
            string Protected { get; } = "CfDJ8{{keys.Random(80)}}";
            string Sha1(string text) => text;
        }
        class LoginTests { [Data("password", {|KW2001:"{{keys.Random()}}"|})] void Logs_in(string name, string value) { } }
        class DataAttribute(params object[] data) : Attribute;
        """);

    [Fact]
    public async Task A_text_that_begins_like_a_key_again_and_again_is_looked_through_in_no_time() =>
        await Analysis.ExpectAsync($$"""class Some { string data = "{{string.Concat(Enumerable.Repeat("sk-", 60_000))}}"; }""");

    [Fact]
    public async Task The_last_entry_of_a_table_is_found_like_the_first()
    {
        var entries = Enumerable.Range(0, 40).Select(_ => keys.Random()).ToArray();

        await Analysis.ExpectAsync($$"""
            class Some
            {
                string[] apiKeys = [{{string.Join(", ", entries.Select(static entry => $"{{|KW2001:\"{entry}\"|}}"))}}];
                object Do() => new[] { "--name", "acme", {{string.Join(", ", entries.Select(static entry => $"\"--api-key\", {{|KW2001:\"{entry}\"|}}"))}} };
            }
            """);
    }

    [Fact]
    public async Task Guids_are_not() => await Analysis.ExpectAsync($$"""class Some { string apiKey = "{{Guid.NewGuid()}}"; string token = "{{Guid.NewGuid():N}}"; }""");

    [Fact]
    public async Task The_message_shows_at_most_the_prefix_and_says_what_to_do()
    {
        var key = keys.Of("Anthropic");
        var random = keys.Random();

        var messages = await Analysis.ExpectAsync($$"""class Some { string one = {|KW2001:"{{key}}"|}; string apiKey = {|KW2001:"{{random}}"|}; }""");

        Assert.StartsWith("A key of Anthropic (`sk-ant-…`) stands in the source", messages[0], StringComparison.Ordinal);
        Assert.StartsWith("A value that looks like a key, given to `apiKey`, stands in the source", messages[1], StringComparison.Ordinal);
        foreach (var message in messages)
        {
            Assert.Contains("profile", message, StringComparison.Ordinal);
            for (var at = 0; at + 6 <= random.Length; at++)
                Assert.DoesNotContain(random.Substring(at, 6), message, StringComparison.Ordinal);
            for (var at = 7; at + 6 <= key.Length; at++)
                Assert.DoesNotContain(key.Substring(at, 6), message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_project_that_does_not_know_KeyedWorkflows_is_left_alone()
    {
        var compilation = Microsoft.CodeAnalysis.CSharp.CSharpCompilation.Create(
            "Other",
            [Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree.ParseText($$"""class Some { string apiKey = "{{keys.Of("Groq")}}"; }""", cancellationToken: TestContext.Current.CancellationToken)],
            [Microsoft.CodeAnalysis.MetadataReference.CreateFromFile(typeof(object).Assembly.Location)]);

        Assert.Empty(await Analysis.RunAsync(compilation));
    }
}
