namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW1007: endpoints without a key of their own.</summary>
public sealed class EndpointKeyAnalyzerTests
{
    [Theory]
    [InlineData("_ = stored with { {|KW1007:Endpoint = other|} };", "Set the ApiKey that belongs to it as well.")]
    [InlineData("_ = stored with { Model = \"m\", {|KW1007:Endpoint = new Uri(\"https://models.example\")|} };", "its key is kept")]
    [InlineData("_ = (stored with { {|KW1007:Endpoint = other|} }) with { Model = \"m\" };", "its key is kept")]
    [InlineData("_ = Credential.ApiKey((string?)null, {|KW1007:other|});", "Give the key that belongs to it")]
    [InlineData("_ = Credential.ApiKey(\"\", {|KW1007:other|});", "This endpoint is given without a key")]
    [InlineData("_ = Credential.ApiKey(string.Empty, endpoint: {|KW1007:other|});", "This endpoint is given without a key")]
    [InlineData("_ = Credential.ApiKey(endpoint: {|KW1007:other|}, key: default(Secret));", "This endpoint is given without a key")]
    [InlineData("builder.AddProfile(new StoredProfile { Id = \"a\", Name = \"a\", Provider = \"openai\", Revision = \"1\", {|KW1007:Endpoint = other|} });", "Set its ApiKey, too.")]
    [InlineData("builder.AddProfile(new() { Id = \"a\", Name = \"a\", Provider = \"OpenAI\", Revision = \"1\", ApiKey = null, {|KW1007:Endpoint = other|} });", "Set its ApiKey, too.")]
    public async Task An_endpoint_without_its_key_is_reported(string code, string says) => Assert.Contains(says, Assert.Single(await Analysis.ExpectAsync(Code(code))), StringComparison.Ordinal);

    [Theory]
    [InlineData("_ = stored with { Endpoint = other, ApiKey = key };")]
    [InlineData("_ = (stored with { Endpoint = other }) with { ApiKey = key };")]
    [InlineData("_ = (stored with { ApiKey = key }) with { Endpoint = other };")]
    [InlineData("_ = stored with { Endpoint = null };")]
    [InlineData("_ = stored with { Model = \"m\" };")]
    [InlineData("_ = new RunOptions() with { Tenant = \"acme\" };")]
    [InlineData("_ = Credential.ApiKey(key, other);")]
    [InlineData("_ = Credential.ApiKey(text, other);")]
    [InlineData("_ = Credential.ApiKey(\"\");")]
    [InlineData("_ = Credential.ApiKey(\"\", null);")]
    [InlineData("builder.AddProfile(new() { Id = \"a\", Name = \"a\", Provider = \"openai\", Revision = \"1\", ApiKey = key, Endpoint = other });")]
    [InlineData("builder.AddProfile(new() { Id = \"a\", Name = \"a\", Provider = \"ollama\", Revision = \"1\", Endpoint = other });")]
    [InlineData("builder.AddProfile(new() { Id = \"a\", Name = \"a\", Provider = text, Revision = \"1\", Endpoint = other });")]
    [InlineData("builder.AddProfile(new() { Id = \"a\", Name = \"a\", Provider = \"openai\", Revision = \"1\" });")]
    [InlineData("var basis = new StoredProfile { Id = \"a\", Name = \"a\", Provider = \"openai\", Revision = \"1\", Endpoint = other }; builder.AddProfile(basis with { ApiKey = key });")]
    public async Task What_has_one_or_may_have_one_is_not(string code) => await Analysis.ExpectAsync(Code(code));

    [Fact]
    public async Task A_profile_of_configuration_has_its_key_elsewhere() =>
        await Analysis.ExpectAsync(Code(""), ("appsettings.json", """{ "KeyedWorkflows": { "Profiles": { "acme": { "Provider": "openai", "Endpoint": "https://models.example" } } } }"""));

    private static string Code(string code) => $$"""
        public static class Host
        {
            public static void Set(WorkflowsBuilder builder, StoredProfile stored, Uri other, Secret key, string text)
            {
                {{code}}
            }
        }
        """;
}
