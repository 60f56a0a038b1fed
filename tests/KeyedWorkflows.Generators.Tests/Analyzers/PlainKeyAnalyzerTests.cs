using KeyedWorkflows.Analyzers.Secrets;
using KeyedWorkflows.Generators.Tests.Compilations;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW2004 and its fixes: keys that an input takes as plain text.</summary>
public sealed class PlainKeyAnalyzerTests
{
    [Theory]
    [InlineData("ApiKey")]
    [InlineData("apiKey")]
    [InlineData("APIKey")]
    [InlineData("API_KEY")]
    [InlineData("Apikey")]
    [InlineData("ModelApiKey")]
    [InlineData("OpenAIKey")]
    [InlineData("OpenAiApiKey")]
    [InlineData("AnthropicKey")]
    [InlineData("SecretKey")]
    [InlineData("AccessToken")]
    [InlineData("BearerToken")]
    [InlineData("ClientSecret")]
    [InlineData("SubscriptionKey")]
    [InlineData("ApiKey2")]
    [InlineData("openai_api_key")]
    public void Names_of_keys(string name) => Assert.True(KeyNames.Says(name));

    [Theory]
    [InlineData("PrimaryKey")]
    [InlineData("ForeignKey")]
    [InlineData("PartitionKey")]
    [InlineData("IdempotencyKey")]
    [InlineData("CacheKey")]
    [InlineData("SortKey")]
    [InlineData("RoutingKey")]
    [InlineData("TenantKey")]
    [InlineData("Key")]
    [InlineData("Keys")]
    [InlineData("Keyword")]
    [InlineData("KeyPoints")]
    [InlineData("Monkey")]
    [InlineData("Turkey")]
    [InlineData("Token")]
    [InlineData("TokenCount")]
    [InlineData("MaxTokens")]
    [InlineData("PageToken")]
    [InlineData("NextToken")]
    [InlineData("ContinuationToken")]
    [InlineData("CancellationToken")]
    [InlineData("StopToken")]
    [InlineData("ApiKeyName")]
    [InlineData("ApiKeyId")]
    [InlineData("ApiKeyHeader")]
    [InlineData("ApiKeyHint")]
    [InlineData("ApiKeyFingerprint")]
    [InlineData("MaskedApiKey")]
    [InlineData("HashedApiKey")]
    [InlineData("PublicApiKey")]
    [InlineData("PublishableKey")]
    [InlineData("AccessKeyId")]
    [InlineData("PublicKey")]
    [InlineData("Secret")]
    [InlineData("SecretSanta")]
    [InlineData("Secretary")]
    [InlineData("OpenAI")]
    [InlineData("")]
    [InlineData("_")]
    [InlineData("123")]
    public void Names_of_other_things(string name) => Assert.False(KeyNames.Says(name));

    [Theory]
    [InlineData("public sealed record Order(string Number, string {|KW2004:ApiKey|});")]
    [InlineData("public sealed record Order(string Number, string? {|KW2004:OpenAIKey|} = null);")]
    [InlineData("public sealed record Order { public required string Number { get; init; } public string? {|KW2004:AccessToken|} { get; init; } }")]
    [InlineData("public sealed class Order { public string {|KW2004:ApiKey|} { get; set; } = \"\"; }")]
    [InlineData("public sealed record Order(string Number, Login Login); public sealed record Login(string User, string {|KW2004:ApiKey|});")]
    [InlineData("public sealed record Order(string Number, List<Login> Logins); public sealed record Login(string User, string {|KW2004:ApiKey|});")]
    [InlineData("public sealed record Order(string Number, IReadOnlyDictionary<string, Login>? Logins, Uri[] Addresses); public sealed record Login(string User, string {|KW2004:ApiKey|});")]
    [InlineData("public abstract record Base(string {|KW2004:ApiKey|}); public sealed record Order(string Number, string ApiKey) : Base(ApiKey);")]
    public async Task A_plain_key_of_the_input_is_reported_at_its_place(string order) => Assert.Contains("[ApiKey]", Assert.Single(await Analysis.ExpectAsync(Flow + order)), StringComparison.Ordinal);

    [Theory]
    [InlineData("public sealed record Order(string Number, Secret ApiKey);")]
    [InlineData("public sealed record Order(string Number, [ApiKey] Secret? ApiKey);")]
    [InlineData("public sealed record Order(string PrimaryKey, string Keyword, int MaxTokens, string CacheKey);")]
    [InlineData("public sealed record Order(string Number, bool HasApiKey, int ApiKeyCount);")]
    [InlineData("public sealed record Order(string Number) { public static string? ApiKey { get; set; } }")]
    [InlineData("public sealed record Order(string Number) { internal const string ApiKey = \"x\"; }")]
    [InlineData("public sealed record Order(string Number); public sealed record Crm(string ApiKey);")]
    [InlineData("public sealed record Order(string Number, Order? Before);")]
    [InlineData("public sealed record Order(Uri Address, DateTimeOffset At, List<string> Names);")]
    public async Task What_is_no_plain_key_of_the_input_is_not(string order) => await Analysis.ExpectAsync(Flow + order);

    [Fact]
    public async Task Two_workflows_of_one_input_say_it_once() => await Analysis.ExpectAsync(
        Flow + Flow.Replace("class Flow", "class Other", StringComparison.Ordinal).Replace("\"flow\"", "\"other\"", StringComparison.Ordinal) + "public sealed record Order(string {|KW2004:ApiKey|});");

    [Fact]
    public async Task An_input_of_another_assembly_is_reported_at_the_workflow()
    {
        var contracts = TestCompilation.Build(TestCompilation.Of("Contracts", [], "namespace Acme; public sealed record Order(string Number, string ApiKey);"));
        var diagnostic = Assert.Single(await Analysis.RunAsync(TestCompilation.Of("Acme", [contracts], "using Acme;\n" + Flow + Analysis.Types)));

        Assert.Equal("KW2004", diagnostic.Id);
        Assert.Contains("`Order.ApiKey`", diagnostic.GetMessage(null), StringComparison.Ordinal);
        Assert.Equal("Flow", diagnostic.Location.SourceTree!.GetText(TestContext.Current.CancellationToken).ToString(diagnostic.Location.SourceSpan));
    }

    [Theory]
    [InlineData("public sealed record Order(string Number, string ApiKey);", "public sealed record Order(string Number, Secret ApiKey);")]
    [InlineData("public sealed record Order(string Number, string? ApiKey = \"\");", "public sealed record Order(string Number, Secret? ApiKey = null);")]
    [InlineData("public sealed record Order { public required string ApiKey { get; init; } }", "public sealed record Order { public required Secret ApiKey { get; init; } }")]
    [InlineData("public sealed record Order { public string ApiKey { get; init; } = \"\"; }", "public sealed record Order { public Secret? ApiKey { get; init; } }")]
    public Task A_plain_key_becomes_a_secret(string order, string after) => Fixing.ExpectAsync("KW2004", Flow + order, Flow + after, "Make `ApiKey` a Secret");

    [Theory]
    [InlineData("public sealed record Order(string Number, string ApiKey);", "public sealed record Order(string Number, [ApiKey] Secret ApiKey);", "")]
    [InlineData("public sealed record Order(string Number, string ApiKey);", "public sealed record Order(string Number, [ApiKey(\"write\")] Secret ApiKey);", "write")]
    [InlineData("public sealed record Order\n{\n    /// <summary>The key.</summary>\n    public string? ApiKey { get; init; }\n}", "public sealed record Order\n{\n    /// <summary>The key.</summary>\n    [ApiKey]\n    public Secret? ApiKey { get; init; }\n}", "")]
    public Task Or_one_that_pays(string order, string after, string slot)
    {
        var flow = slot.Length == 0 ? Flow : Flow.Replace("[CredentialProfile(", $"[CredentialProfile(\"{slot}\", ", StringComparison.Ordinal);
        return Fixing.ExpectAsync("KW2004", flow + order, flow + after, "Make `ApiKey` the Secret that pays");
    }

    [Theory]
    [InlineData("public sealed record Order(string ApiKey, string CrmApiKey);")]
    [InlineData("public sealed record Order(string ApiKey, [ApiKey] Secret? Mine);")]
    [InlineData("public sealed record Order(Login Login); public sealed record Login(string ApiKey);")]
    public async Task Which_key_pays_is_not_guessed(string order) => Assert.Single(await Fixing.TitlesAsync("KW2004", Flow + order));

    [Fact]
    public async Task An_input_with_two_slots_offers_no_payer() =>
        Assert.Single(await Fixing.TitlesAsync("KW2004", Flow.Replace("[CredentialProfile", "[CredentialProfile(\"other\", Default = \"house\")]\n[CredentialProfile", StringComparison.Ordinal) + "public sealed record Order(string ApiKey);"));

    [Fact]
    public Task All_at_once() => Fixing.ExpectAllAsync(
        "KW2004",
        Flow + "public sealed record Order(string ApiKey, string? CrmApiKey, Login Login); public sealed record Login(string AccessToken);",
        Flow + "public sealed record Order(Secret ApiKey, Secret? CrmApiKey, Login Login); public sealed record Login(Secret AccessToken);",
        "Make `ApiKey` a Secret");

    private const string Flow = """
        [Workflow("flow")]
        [CredentialProfile(Provider = "openai", Model = "m", Default = "house")]
        public sealed partial class Flow : IWorkflow<Order, Reply>
        {
            [Step] public Reply Answer(Order order, IChatClient chat) => new("");
        }

        """;
}
