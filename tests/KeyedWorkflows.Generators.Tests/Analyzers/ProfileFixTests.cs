namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>The fixes of KW1004, KW1005 and KW1006: names of profiles that the project lists.</summary>
public sealed class ProfileFixTests
{
    private static readonly (string, string) List = ("appsettings.json", """
        { "KeyedWorkflows": {
            "ProfilesAreComplete": true,
            "Profiles": {
              "acme_openai":    { "Tenant": "acme", "Provider": "openai" },
              "acme_anthropic": { "Tenant": "acme", "Provider": "anthropic" },
              "bolt_openai":    { "Tenant": "bolt", "Provider": "openai" },
              "bolt_spare":     { "Tenant": "bolt", "Provider": "openai" },
              "bolt_anthropic": { "Tenant": "bolt", "Provider": "anthropic" },
              "house_claude":   { "Provider": "anthropic" } } } }
        """);

    [Theory]
    [InlineData("client.RunAsync(ticket, \"acme_opnai\")", "client.RunAsync(ticket, \"acme_openai\")")]
    [InlineData("client.RunAsync(ticket, @\"acme_opnai\")", "client.RunAsync(ticket, \"acme_openai\")")]
    [InlineData("client.RunAsync(ticket, \"acme\" + \"_opnai\")", "client.RunAsync(ticket, \"acme_openai\")")]
    [InlineData("client.RunAsync(ticket, credential: Credential.Profile(/* hers */ \"acme_opnai\"))", "client.RunAsync(ticket, credential: Credential.Profile(/* hers */ \"acme_openai\"))")]
    public async Task KW1005_writes_the_nearest_name(string call, string mended) => await Fixing.ExpectAsync("KW1005", Calls(call), Calls(mended), "Name the profile \"acme_openai\"", List);

    [Theory]
    [InlineData("client.RunAsync(ticket, \"zebra\")")]
    [InlineData("client.RunAsync(ticket, Names.Old)")]
    [InlineData("client.RunAsync(ticket, \"acme_\" + Names.Old)")]
    public async Task KW1005_offers_nothing_where_none_is_near_or_the_name_is_used_elsewhere_too(string call) => Assert.Empty(await Fixing.TitlesAsync("KW1005", Calls(call), List));

    [Fact]
    public async Task KW1005_all_at_once_each_by_its_own_nearest() => await Fixing.ExpectAllAsync(
        "KW1005",
        Calls("client.RunAsync(ticket, \"acme_opnai\"), client.RunAsync(ticket, \"bolt_opnai\"), client.RunAsync(ticket, \"zebra\")"),
        Calls("client.RunAsync(ticket, \"acme_openai\"), client.RunAsync(ticket, \"bolt_openai\"), client.RunAsync(ticket, \"zebra\")"),
        title: null,
        List);

    [Fact]
    public async Task KW1006_offers_what_fits_of_the_same_tenant_the_nearest_first()
    {
        Assert.Equal(["Name the profile \"acme_openai\""], await Fixing.TitlesAsync("KW1006", Calls("client.RunAsync(ticket, \"acme_anthropic\")"), List));
        Assert.Equal(["Name the profile \"bolt_openai\"", "Name the profile \"bolt_spare\""], await Fixing.TitlesAsync("KW1006", Calls("client.RunAsync(ticket, \"bolt_anthropic\")"), List));
        Assert.Empty(await Fixing.TitlesAsync("KW1006", Calls("client.RunAsync(ticket, \"house_claude\")"), List));
        await Fixing.ExpectAsync("KW1006", Calls("client.RunAsync(ticket, \"acme_anthropic\")"), Calls("client.RunAsync(ticket, \"acme_openai\")"), title: null, List);
    }

    [Fact]
    public async Task KW1006_all_at_once() => await Fixing.ExpectAllAsync(
        "KW1006",
        Calls("client.RunAsync(ticket, \"acme_anthropic\"), client.StartAsync(ticket, \"acme_anthropic\")"),
        Calls("client.RunAsync(ticket, \"acme_openai\"), client.StartAsync(ticket, \"acme_openai\")"),
        title: null,
        List);

    [Fact]
    public async Task Who_of_several_pays_is_never_chosen_for_a_whole_solution()
    {
        await Fixing.ExpectNoneOfSolutionAsync("KW1004", Calls("client.RunAsync(ticket)"), List);
        await Fixing.ExpectNoneOfSolutionAsync("KW1006", Calls("client.RunAsync(ticket, \"bolt_anthropic\")"), List);
        await Fixing.ExpectSolutionAsync(
            "KW1005",
            Calls("client.RunAsync(ticket, \"acme_opnai\"), client.RunAsync(ticket, \"bolt_opnai\")"),
            Calls("client.RunAsync(ticket, \"acme_openai\"), client.RunAsync(ticket, \"bolt_openai\")"),
            title: null,
            List);
    }

    [Fact]
    public async Task KW1006_leaves_a_slot_default_s_own_place() => await Fixing.ExpectAsync(
        "KW1006",
        Calls("client.ToString()!, \"\"").Replace("Provider = \"openai\"", "Default = \"acme_anthropic\", Provider = \"openai\"", StringComparison.Ordinal),
        Calls("client.ToString()!, \"\"").Replace("Provider = \"openai\"", "Default = \"acme_openai\", Provider = \"openai\"", StringComparison.Ordinal),
        title: null,
        List);

    [Theory]
    [InlineData("client.RunAsync(ticket)", "client.RunAsync(ticket, \"bolt_openai\")")]
    [InlineData("client.RunAsync(ticket, new RunOptions(), stop)", "client.RunAsync(ticket, \"bolt_openai\", new RunOptions(), stop)")]
    [InlineData("client.RunAsync(ticket, cancellationToken: stop)", "client.RunAsync(ticket, credential: \"bolt_openai\", cancellationToken: stop)")]
    [InlineData("client.StartAsync(input: ticket)", "client.StartAsync(input: ticket, credential: \"bolt_openai\")")]
    [InlineData("client.StreamAsync(\n            new(\"q\")) // now", "client.StreamAsync(\n            new(\"q\"), \"bolt_openai\") // now")]
    public async Task KW1004_gives_a_profile_that_fits(string call, string mended) => await Fixing.ExpectAsync("KW1004", Calls(call), Calls(mended), "Give it the profile \"bolt_openai\"", List);

    [Fact]
    public async Task KW1004_offers_one_fix_a_fitting_profile_five_at_most()
    {
        Assert.Equal(
            ["Give it the profile \"acme_openai\"", "Give it the profile \"bolt_openai\"", "Give it the profile \"bolt_spare\""],
            await Fixing.TitlesAsync("KW1004", Calls("client.RunAsync(ticket)"), List));
        var many = string.Join(", ", Enumerable.Range(1, 7).Select(static i => $$""" "client{{i}}": { "Provider": "openai" } """));
        Assert.Equal(5, (await Fixing.TitlesAsync("KW1004", Calls("client.RunAsync(ticket)"), ("appsettings.json", $$"""{ "KeyedWorkflows": { "Profiles": { {{many}} } } }"""))).Count);
    }

    [Fact]
    public async Task KW1004_gives_what_the_method_has_at_hand()
    {
        Assert.Equal(["Give it `payer`"], await Fixing.TitlesAsync("KW1004", Calls("client.RunAsync(ticket)", "Credential payer")));
        Assert.Equal(["Give it `profile`"], await Fixing.TitlesAsync("KW1004", Calls("client.RunAsync(ticket)", "string profile, string other, string? profileName")));
        Assert.Empty(await Fixing.TitlesAsync("KW1004", Calls("client.RunAsync(ticket)", "string name, int profile")));
        await Fixing.ExpectAsync("KW1004", Calls("client.RunAsync(ticket)", "Credential payer"), Calls("client.RunAsync(ticket, payer)", "Credential payer"));
    }

    [Fact]
    public async Task KW1004_all_at_once_by_the_same_profile() => await Fixing.ExpectAllAsync(
        "KW1004",
        Calls("client.RunAsync(ticket), client.StartAsync(ticket, new RunOptions())"),
        Calls("client.RunAsync(ticket, \"acme_openai\"), client.StartAsync(ticket, \"acme_openai\", new RunOptions())"),
        "Give it the profile \"acme_openai\"",
        List);

    [Fact]
    public async Task KW1004_gives_the_slots_that_are_unbound_where_others_have_a_payer()
    {
        const string Flow = """
            [Workflow("flow")]
            [CredentialProfile("fast", Provider = "openai"), CredentialProfile("careful", Provider = "openai", Default = "bolt_openai")]
            public sealed partial class Flow : IWorkflow<Ticket, Reply>
            {
                [Prompt("{{ticket.Question}}")] public partial Task<Topic> Classify(Ticket ticket, [Slot("fast")] IChatClient chat);
                [Prompt("{{topic.Name}}")] public partial Task<Reply> Write(Topic topic, [Slot("careful")] IChatClient chat);
            }

            """;
        await Fixing.ExpectAsync(
            "KW1004",
            Flow + "public sealed class Desk { public Task Call(IFlowClient client, Ticket ticket) => client.RunAsync(ticket); }",
            Flow + "public sealed class Desk { public Task Call(IFlowClient client, Ticket ticket) => client.RunAsync(ticket, new FlowCredentials { Fast = \"acme_openai\" }); }",
            "Give it the profile \"acme_openai\"",
            List);
    }

    private static string Calls(string calls, string parameters = "CancellationToken stop") => $$$"""
        public sealed class Desk(IFlowClient client)
        {
            public object[] Call(Ticket ticket, {{{parameters}}}) => [{{{calls}}}
            ];
        }

        public static class Names
        {
            public const string Old = "opnai";
        }

        [Workflow("flow")]
        [CredentialProfile(Provider = "openai")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}")] public partial Task<Reply> Write(Ticket ticket, IChatClient chat);
        }
        """;
}
