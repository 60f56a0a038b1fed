namespace KeyedWorkflows.Generators.Tests.Analyzers.Keys;

/// <summary>KW2001's fixes: the key leaves the source.</summary>
public sealed class TakeKeyFixTests
{
    private const string List = """{ "KeyedWorkflows": { "Profiles": { "acme_openai": { "Provider": "openai" }, "birch_openai": { "Provider": "openai" } } } }""";

    private readonly DrawnKeys keys = new(2001);

    [Theory]
    [InlineData("Credential.ApiKey(§)")]
    [InlineData("Credential.ApiKey(Secret.From(§))")]
    [InlineData("§")]
    public async Task Where_a_run_is_given_it_a_profile_of_the_list_pays(string given) => await Fixing.ExpectAsync(
        "KW2001",
        Run(given.Replace("§", $"\"{keys.Of("OpenAI project")}\"", StringComparison.Ordinal)),
        Run("\"acme_openai\""),
        "Take it from the profile \"acme_openai\"",
        ("appsettings.json", List));

    [Fact]
    public async Task Each_profile_is_offered_then_configuration() => Assert.Equal(
        ["Take it from the profile \"acme_openai\"", "Take it from the profile \"birch_openai\"", "Take it from configuration"],
        await Fixing.TitlesAsync("KW2001", Run($"Credential.ApiKey(\"{keys.Of("Groq")}\")"), ("appsettings.json", List)));

    [Fact]
    public async Task All_at_once() => await Fixing.ExpectAllAsync(
        "KW2001",
        Run($"\"{keys.Of("Groq")}\"") + Run($"Credential.ApiKey(\"{keys.Of("xAI")}\")", "Other"),
        Run("\"birch_openai\"") + Run("\"birch_openai\"", "Other"),
        "Take it from the profile \"birch_openai\"",
        ("appsettings.json", List));

    [Theory]
    [InlineData("§")]
    [InlineData("Credential.Profile(§)")]
    public async Task What_stood_for_a_profile_s_name_does_not_become_the_name_of_one(string given) => await Fixing.ExpectAsync(
        "KW2001",
        Run(given.Replace("§", $"\"{keys.Of("OpenAI project")}\"", StringComparison.Ordinal)),
        Run("Credential.ApiKey(System.Environment.GetEnvironmentVariable(\"OpenAI__ApiKey\")!)"));

    [Fact]
    public async Task Of_a_choice_only_the_key_is_replaced() => await Fixing.ExpectAsync(
        "KW2001",
        Run($"ticket.ToString() ?? \"{keys.Of("Groq")}\""),
        Run("ticket.ToString() ?? Credential.ApiKey(System.Environment.GetEnvironmentVariable(\"Groq__ApiKey\")!)"));

    [Fact]
    public async Task Which_profile_of_several_pays_is_never_chosen_for_a_whole_solution() =>
        await Fixing.ExpectNoneOfSolutionAsync("KW2001", Run($"Credential.ApiKey(\"{keys.Of("Groq")}\")"), ("appsettings.json", List));

    [Fact]
    public async Task Elsewhere_the_configuration_at_hand_is_read() => await Fixing.ExpectAsync(
        "KW2001",
        $$"""class Some { object Do(Microsoft.Extensions.Configuration.IConfiguration settings) => Secret.From("{{keys.Of("OpenAI project")}}"); }""",
        """class Some { object Do(Microsoft.Extensions.Configuration.IConfiguration settings) => Secret.From(settings["OpenAI:ApiKey"]!); }""");

    [Fact]
    public async Task Without_one_the_environment_is() => await Fixing.ExpectAsync(
        "KW2001",
        $$"""class Some { private const string MistralKey = "{{keys.Random(32)}}"; }""",
        """class Some { private static readonly string MistralKey = System.Environment.GetEnvironmentVariable("MistralKey")!; }""");

    [Theory]
    [InlineData("readonly Microsoft.Extensions.Configuration.IConfiguration settings = null!; string ApiKey { get; } = §; object Do() => settings;")]
    [InlineData("readonly Microsoft.Extensions.Configuration.IConfiguration settings = null!; Some() : this(§) { } Some(string apiKey) { } object Do() => settings;")]
    [InlineData("static void Do() { Microsoft.Extensions.Configuration.IConfiguration settings = Make(§); } static Microsoft.Extensions.Configuration.IConfiguration Make(string apiKey) => null!;")]
    [InlineData("readonly Microsoft.Extensions.Configuration.IConfiguration settings = null!; object Do() => settings; class Inner { string ApiKey() => §; }")]
    public async Task A_configuration_that_is_not_there_yet_is_not_read(string members) => await Fixing.ExpectAsync(
        "KW2001",
        $"class Some {{ {members.Replace("§", $"\"{keys.Of("Groq")}\"", StringComparison.Ordinal)} }}",
        $"class Some {{ {members.Replace("§", "System.Environment.GetEnvironmentVariable(\"Groq__ApiKey\")!", StringComparison.Ordinal)} }}");

    [Theory]
    [InlineData("[Obsolete(GroqKey)] int One;")]
    [InlineData("bool Is(string key) => key is GroqKey;")]
    [InlineData("void Do(string key = GroqKey) { }")]
    [InlineData("const string Header = \"Bearer \" + GroqKey;")]
    [InlineData("int Of(string key) { switch (key) { case GroqKey: return 1; default: return 0; } }")]
    public async Task A_constant_that_others_are_made_of_stays_one(string use) =>
        Assert.Empty(await Fixing.TitlesAsync("KW2001", $"class Some {{ const string GroqKey = \"{keys.Of("Groq")}\"; {use} }}"));

    [Fact]
    public async Task A_local_constant_becomes_a_variable() => await Fixing.ExpectAsync(
        "KW2001",
        $$"""class Some { string Do() { const string key = "{{keys.Of("Groq")}}"; return key.Trim(); } }""",
        """class Some { string Do() { string key = System.Environment.GetEnvironmentVariable("Groq__ApiKey")!; return key.Trim(); } }""");

    [Theory]
    [InlineData("[Obsolete(§)] int One;")]
    [InlineData("void Do(string key = §) { }")]
    [InlineData("bool Do(string key) => key is §;")]
    [InlineData("ReadOnlySpan<byte> Key => §u8;")]
    public async Task Where_only_a_constant_can_stand_none_is_offered(string member) =>
        Assert.Empty(await Fixing.TitlesAsync("KW2001", $"class Some {{ {member.Replace("§", $"\"{keys.Of("Groq")}\"", StringComparison.Ordinal)} }}"));

    [Fact]
    public async Task What_is_part_of_a_text_is_left_to_its_author() =>
        Assert.Empty(await Fixing.TitlesAsync("KW2001", $$"""class Some { string Header => "Bearer {{keys.Of("Groq")}}"; }"""));

    private static string Run(string credential, string name = "Desk") => $$"""
        class {{name}}(I{{name}}Client client)
        {
            public Task<Reply> Do(Ticket ticket) => client.RunAsync(ticket, {{credential}});
        }
        interface I{{name}}Client { Task<Reply> RunAsync(Ticket input, Credential credential); }

        """;
}
