using KeyedWorkflows.Generators.Tests.Compilations;
using KeyedWorkflows.Generators.Tests.Emitting;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW1005 and KW1006: names of profiles, beside the list of the project.</summary>
public sealed class ProfileNameAnalyzerTests
{
    private const string List = """
        { "KeyedWorkflows": {
            "ProfilesAreComplete": true,
            "Profiles": {
              "acme_openai":    { "Tenant": "acme", "Provider": "openai" },
              "acme_anthropic": { "Tenant": "acme", "Provider": "anthropic" },
              "bolt_openai":    { "Tenant": "bolt", "Provider": "OpenAI" },
              "test":           { "Provider": "scripted" },
              "anywhere":       { "Tenant": "acme" } } } }
        """;

    /// <summary>A workflow of one slot, one of two, and what calls them.</summary>
    private const string Flows = """

        public sealed record Asked(string Question, [property: ProfileName("fast")] string? Profile = null)
        {
            public string? Note { get; init; }
        }

        [Workflow("flow")]
        [CredentialProfile(Provider = "openai")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}")] public partial Task<Reply> Write(Ticket ticket, IChatClient chat);
        }

        [Workflow("pair")]
        [CredentialProfile("fast", Provider = "openai"), CredentialProfile("careful", Providers = ["anthropic", "google"])]
        public sealed partial class Pair : IWorkflow<Asked, Reply>
        {
            [Prompt("{{asked.Question}}")] public partial Task<Topic> Classify(Asked asked, [Slot("fast")] IChatClient chat);
            [Prompt("{{topic.Name}}")] public partial Task<Reply> Write(Topic topic, [Slot("careful")] IChatClient chat);
        }
        """;

    [Theory]
    [InlineData("_ = flow.RunAsync(ticket, {|KW1005:\"acme_opnai\"|});", "no `acme_opnai`. Did you mean `acme_openai`?")]
    [InlineData("_ = flow.StartAsync(ticket, {|KW1005:\"acme_opnai\"|}, new RunOptions());", "Did you mean `acme_openai`?")]
    [InlineData("_ = flow.StreamAsync(ticket, credential: {|KW1005:\"zebra\"|});", "no `zebra`. Name a profile of the list")]
    [InlineData("_ = flow.RunAsync(ticket, Credential.Profile({|KW1005:\"bolt-openai\"|}));", "Did you mean `bolt_openai`?")]
    [InlineData("_ = Credential.FromString({|KW1005:\"bolt_opnai\"|});", "Did you mean `bolt_openai`?")]
    [InlineData("Credential chosen = {|KW1005:\"bolt_opnai\"|};", "Did you mean `bolt_openai`?")]
    [InlineData("Credential? chosen = {|KW1005:\"bolt_opnai\"|};", "Did you mean `bolt_openai`?")]
    [InlineData("_ = flow.RunAsync(ticket, {|KW1005:Names.Old|});", "no `old_openai`")]
    [InlineData("_ = flow.RunAsync(ticket, {|KW1005:\"bolt_\" + Names.Suffix|});", "Did you mean `bolt_openai`?")]
    [InlineData("_ = flow.RunAsync(ticket, {|KW1005:$\"bolt_{Names.Suffix}\"|});", "Did you mean `bolt_openai`?")]
    [InlineData("_ = flow.RunAsync(ticket, ticket.Question.Length > 3 ? {|KW1005:\"bolt\"|} : \"bolt_openai\");", "no `bolt`")]
    [InlineData("_ = flow.RunAsync(ticket, ticket.Question ?? {|KW1005:\"bolt\"|});", "no `bolt`")]
    [InlineData("_ = flow.RunAsync(ticket, ticket.Question switch { \"a\" => {|KW1005:\"bolt\"|}, _ => \"bolt_openai\" });", "no `bolt`")]
    [InlineData("_ = flow.RunAsync(ticket, {|KW1005:\"Acme_OpenAI\"|});", "This is no profile's name, and a run under it is refused. Did you mean `acme_openai`?")]
    [InlineData("_ = flow.RunAsync(ticket, {|KW1005:\"\"|});", "This is no profile's name")]
    [InlineData("_ = new PairCredentials { Fast = {|KW1005:\"acme_opnai\"|}, Careful = \"acme_anthropic\" };", "Did you mean `acme_openai`?")]
    [InlineData("_ = new Asked(\"q\", {|KW1005:\"acme_opnai\"|});", "Did you mean `acme_openai`?")]
    [InlineData("_ = new Asked(\"q\") with { Profile = {|KW1005:\"acme_opnai\"|} };", "Did you mean `acme_openai`?")]
    [InlineData("_ = new Dictionary<string, Credential> { [\"a\"] = {|KW1005:\"acme_opnai\"|} };", "Did you mean `acme_openai`?")]
    public async Task KW1005_wherever_a_constant_names_a_profile_that_the_complete_list_has_not(string call, string says) =>
        Assert.Contains(says, Assert.Single(await ExpectAsync(Calls(call))), StringComparison.Ordinal);

    [Theory]
    [InlineData("_ = flow.RunAsync(ticket, \"acme_openai\");")]
    [InlineData("_ = flow.RunAsync(ticket, ticket.Question);")]
    [InlineData("_ = flow.RunAsync(ticket, default(Credential));")]
    [InlineData("_ = flow.RunAsync(ticket, Credential.Id(\"nobody\"));")]
    [InlineData("_ = flow.RunAsync(ticket, Credential.Tenant(\"nobody\"));")]
    [InlineData("_ = new Asked(\"nobody\") { Note = \"nobody\" };")]
    [InlineData("_ = new Ticket(\"nobody\");")]
    public async Task What_names_no_profile_or_one_of_the_list_is_not(string call) => await ExpectAsync(Calls(call));

    [Fact]
    public async Task What_may_be_a_key_is_left_to_the_rule_for_keys_and_never_repeated()
    {
        var key = "sk-proj-" + Guid.NewGuid().ToString("N");
        var random = Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N")[..8];
        string[] given = [key, "client_" + key, random, random.ToUpperInvariant()];

        var reported = await Analysis.RunAsync(
            Emission.Sound("using KeyedWorkflows;\n" + Calls(string.Concat(given.Select(static text => $"_ = flow.RunAsync(ticket, \"{text}\"); _ = new Asked(\"q\", \"{text}\");"))) + Analysis.Types).Output,
            new TextFile("appsettings.json", List));

        Assert.DoesNotContain(reported, static diagnostic => diagnostic.Id.StartsWith("KW1", StringComparison.Ordinal));
        Assert.DoesNotContain(reported, diagnostic => given.Any(text => diagnostic.GetMessage(null).Contains(text, StringComparison.OrdinalIgnoreCase) || diagnostic.Properties.ContainsValue(text)));
    }

    [Theory]
    [InlineData("acme_openai_production_2026")]
    [InlineData("client-0042.eu-west-1.backup")]
    [InlineData("support_team_of_northern_germany")]
    public async Task A_long_name_is_still_a_name(string name) => Assert.Contains($"no `{name}`", Assert.Single(await ExpectAsync(Calls($"_ = flow.RunAsync(ticket, {{|KW1005:\"{name}\"|}});"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("appsettings.json", """{ "KeyedWorkflows": { "Profiles": { "acme_openai": { "Provider": "openai" } } } }""")]
    [InlineData("appsettings.json", """{ "KeyedWorkflows": { "ProfilesAreComplete": false, "Profiles": { "acme_openai": { "Provider": "openai" } } } }""")]
    [InlineData("appsettings.json", """{ "KeyedWorkflows": { "ProfilesAreComplete": true, "Profiles": { "acme_openai": { "Provider": "openai" }, """)]
    [InlineData("appsettings.json", """{ "KeyedWorkflows": { "ProfilesAreComplete": true, "Profiles": { "#{client}#": { "Provider": "openai" } } } }""")]
    [InlineData("settings.json", """{ "KeyedWorkflows": { "ProfilesAreComplete": true, "Profiles": { "acme_openai": { "Provider": "openai" } } } }""")]
    [InlineData("appsettings.json", """{ "Profiles": { "acme_openai": { "Provider": "openai" } }, "ProfilesAreComplete": true }""")]
    public async Task A_list_that_is_not_declared_complete_or_is_not_whole_says_nothing_of_names(string path, string list) => await Analysis.ExpectEmittedAsync(Calls("_ = flow.RunAsync(ticket, \"zebra\");"), (path, list));

    [Fact]
    public async Task One_file_that_denies_it_is_enough() => await Analysis.ExpectEmittedAsync(
        Calls("_ = flow.RunAsync(ticket, \"zebra\");"),
        ("appsettings.json", List),
        ("appsettings.Production.json", """{ "KeyedWorkflows": { "ProfilesAreComplete": false } }"""));

    [Theory]
    [InlineData("true", null, null, true)]
    [InlineData("true", null, "true", true)]
    [InlineData("true", null, "false", false)]
    [InlineData("false", null, "true", false)]
    [InlineData(null, null, "true", true)]
    [InlineData(null, "true", null, true)]
    [InlineData(null, null, null, false)]
    [InlineData("true", null, "perhaps", false)]
    public async Task Editorconfig_declares_it_too_and_takes_it_back(string? setting, string? global, string? option, bool isReported)
    {
        var list = $$"""{ "KeyedWorkflows": { {{(setting is null ? "" : $"\"ProfilesAreComplete\": {setting},")}} "Profiles": { "acme_openai": { "Provider": "openai" } } } }""";
        var compilation = TestCompilation.Of("public static class Desk { public static Credential Given => \"zebra\"; }");

        var reported = await Analysis.RunAsync(compilation, new AnalyzerOptions([new TextFile("appsettings.json", list)], new ConfigOptions("keyedworkflows_profiles_are_complete", global, option)));

        Assert.Equal(isReported ? ["KW1005"] : [], reported.Select(static diagnostic => diagnostic.Id));
    }

    [Theory]
    [InlineData("appsettings.json", """{ "KeyedWorkflows:ProfilesAreComplete": "True", "KeyedWorkflows:Profiles:acme_openai:Provider": "openai" }""")]
    [InlineData("profiles.json", """{ "profilesAreComplete": true, "profiles": { "acme_openai": { "provider": "openai" } } }""")]
    [InlineData("/acme/profiles.Development.json", """{ "keyedworkflows": { "ProfilesAreComplete": true, "Profiles": { "acme_openai": {} } } }""")]
    public async Task Lists_are_read_as_the_host_reads_them(string path, string list) =>
        await Analysis.ExpectEmittedAsync(Calls("_ = flow.RunAsync(ticket, \"acme_openai\"); _ = flow.RunAsync(ticket, {|KW1005:\"zebra\"|});"), (path, list));

    [Fact]
    public async Task A_profile_of_any_file_counts() => await Analysis.ExpectEmittedAsync(
        Calls("_ = flow.RunAsync(ticket, \"house\"); _ = flow.RunAsync(ticket, {|KW1005:\"zebra\"|});"),
        ("appsettings.json", List),
        ("appsettings.Development.json", """{ "KeyedWorkflows": { "Profiles": { "house": { "Provider": "openai" } } } }"""));

    [Fact]
    public async Task The_default_of_the_host_and_of_a_slot_are_names_too() => await Analysis.ExpectEmittedAsync(
        """
        [Workflow("house")]
        [CredentialProfile(Provider = "openai", Default = {|KW1005:"houze"|})]
        public sealed partial class House : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}")] public partial Task<Reply> Write(Ticket ticket, IChatClient chat);
            [ChooseProfile] public static Credential Choose(Ticket ticket) => {|KW1005:"hause"|};
        }
        """,
        ("appsettings.json", """{ "KeyedWorkflows": { "ProfilesAreComplete": true, "DefaultProfile": "{|KW1005:hoose|}", "Profiles": { "house": { "Provider": "openai" } } } }"""));

    [Theory]
    [InlineData("_ = flow.RunAsync(ticket, {|KW1006:\"acme_anthropic\"|});", "Slot `main` takes credentials of openai, and the profile `acme_anthropic` is one of anthropic: a run under it is refused. Name one that fits: `acme_openai`.")]
    [InlineData("_ = flow.ExplainAsync(ticket, {|KW1006:\"acme_anthropic\"|});", "Slot `main`")]
    [InlineData("_ = flow.RunAsync(ticket, Credential.Profile({|KW1006:\"acme_anthropic\"|}));", "Slot `main`")]
    [InlineData("_ = flow.RunAsync(ticket, ticket.Question == \"a\" ? {|KW1006:\"acme_anthropic\"|} : \"bolt_openai\");", "Slot `main`")]
    [InlineData("_ = new FlowClient(null!).RunAsync(ticket, {|KW1006:\"acme_anthropic\"|});", "Slot `main`")]
    [InlineData("_ = pair.RunAsync(asked, {|KW1006:\"acme_openai\"|});", "Slot `careful` takes credentials of anthropic or google, and the profile `acme_openai` is one of openai: a run under it is refused. Name a profile that fits, or let")]
    [InlineData("_ = pair.RunAsync(asked, new PairCredentials { Fast = \"acme_openai\", Careful = {|KW1006:\"acme_openai\"|} });", "Slot `careful`")]
    [InlineData("_ = pair.RunAsync(asked, given with { Fast = {|KW1006:\"acme_anthropic\"|} });", "Slot `fast`")]
    public async Task KW1006_where_the_slot_takes_another_provider(string call, string says) => Assert.Contains(says, Assert.Single(await ExpectAsync(Calls(call))), StringComparison.Ordinal);

    [Theory]
    [InlineData("_ = flow.RunAsync(ticket, \"bolt_openai\");")]
    [InlineData("_ = flow.RunAsync(ticket, \"test\");")]
    [InlineData("_ = flow.RunAsync(ticket, \"anywhere\");")]
    [InlineData("Credential given2 = \"acme_anthropic\";")]
    [InlineData("_ = flow.RunAsync(ticket, (Credential)\"acme_anthropic\" == default ? \"acme_openai\" : \"bolt_openai\");")]
    [InlineData("_ = pair.RunAsync(asked, new PairCredentials { Fast = \"acme_openai\", Careful = \"acme_anthropic\" });")]
    public async Task What_fits_or_is_not_known_to_be_for_the_slot_is_not(string call) => await ExpectAsync(Calls(call));

    [Fact]
    public async Task A_profile_that_any_environment_has_of_the_provider_fits() => await Analysis.ExpectEmittedAsync(
        Calls("_ = flow.RunAsync(ticket, \"house\"); _ = flow.RunAsync(ticket, \"token\");"),
        ("appsettings.json", """{ "KeyedWorkflows": { "Profiles": { "house": { "Provider": "anthropic" }, "token": { "Provider": "#{provider}#" } } } }"""),
        ("appsettings.Development.json", """{ "KeyedWorkflows": { "Profiles": { "house": { "Provider": "openai" } } } }"""));

    [Fact]
    public async Task Defaults_and_choosers_are_held_to_their_slot() => await Analysis.ExpectEmittedAsync(
        """
        [Workflow("house")]
        [CredentialProfile("main", Provider = "openai", Default = {|KW1006:"acme_anthropic"|}), CredentialProfile("other")]
        public sealed partial class House : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}")] public partial Task<Topic> Classify(Ticket ticket, [Slot("other")] IChatClient chat);
            [Prompt("{{topic.Name}}")] public partial Task<Reply> Write(Topic topic, [Slot("main")] IChatClient chat);
            [ChooseProfile("main")] public static Task<Credential> Choose(Ticket ticket)
            {
                Func<Credential> unlike = () => "acme_anthropic";
                if (ticket.Question == "" && unlike() == "acme_anthropic")
                    return Task.FromResult<Credential>({|KW1006:"acme_anthropic"|});
                return Task.FromResult(ticket.Question is "a" ? Credential.Unspecified : {|KW1006:"acme_anthropic"|});
            }
            [ChooseProfile("other")] public static async ValueTask<Credential> Any(Ticket ticket)
            {
                await Task.Yield();
                return "acme_anthropic";
            }
        }
        """,
        ("appsettings.json", List));

    [Fact]
    public async Task A_client_of_another_assembly_says_what_its_slots_take()
    {
        var library = TestCompilation.Build(Emission.Sound(TestCompilation.Of("Library", [], "using KeyedWorkflows;\n" + Flows + Analysis.Types)).Output);
        var caller = TestCompilation.Of("Caller", [library], "public static class Caller { public static void Call(IFlowClient flow, Ticket ticket) => _ = flow.RunAsync(ticket, \"acme_anthropic\"); }");

        Assert.Equal("KW1006", Assert.Single(await Analysis.RunAsync(caller, new TextFile("appsettings.json", List))).Id);
    }

    [Fact]
    public async Task Where_the_assembly_does_not_know_the_product_nothing_is() => Assert.Empty(await Analysis.RunAsync(
        TestCompilation.Of("public static class Credential2 { public static void Profile(string name) { } public static void Call() => Profile(\"zebra\"); }"), new TextFile("appsettings.json", List)));

    private static Task<IReadOnlyList<string>> ExpectAsync(string marked) => Analysis.ExpectEmittedAsync(marked, ("appsettings.json", List));

    /// <summary>Calls of what the generator makes of <see cref="Flows"/>, as it makes it.</summary>
    private static string Calls(string calls) => $$"""
        public sealed class Desk(IFlowClient flow, IPairClient pair)
        {
            public void Call(Ticket ticket, Asked asked, PairCredentials given)
            {
                {{calls}}
                _ = (flow, pair);
            }
        }

        public static class Names
        {
            public const string Suffix = "opnai";
            public const string Old = "old_" + "openai";
        }

        """ + Flows;
}
