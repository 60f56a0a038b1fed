namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>The fixes that write what the parser found that could be meant.</summary>
public sealed class ChoiceFixTests
{
    private const string TwoSlots = "[CredentialProfile(\"fast\"), CredentialProfile(\"careful\")]";

    private const string Clock = "[Step] public DateTime Clock() => default;";

    [Fact]
    public async Task KW1001_declares_a_slot()
    {
        const string Body = "    [Prompt(\"{{ticket.Question}}\")] public partial Task<Reply> Write(Ticket ticket, IChatClient chat);\n}\n";
        const string Head = "public sealed partial class Flow : IWorkflow<Ticket, Reply>\n{\n";
        await Fixing.ExpectAsync("KW1001", "/// <summary>Answers.</summary>\n[Workflow(\"flow\")]\n" + Head + Body, "/// <summary>Answers.</summary>\n[Workflow(\"flow\")]\n[CredentialProfile]\n" + Head + Body);
    }

    [Fact]
    public async Task KW1002_writes_the_nearest_slot() =>
        await Fixing.ExpectAsync("KW1002", Flow(TwoSlots, "[Slot(\"fsat\")] ", "[Slot(\"careful\")] "), Flow(TwoSlots, "[Slot(\"fast\")] ", "[Slot(\"careful\")] "), "Write \"fast\"");

    [Fact]
    public async Task KW1002_offers_each_slot_where_none_is_named()
    {
        Assert.Equal(["Mark it [Slot(\"fast\")]", "Mark it [Slot(\"careful\")]"], await Fixing.TitlesAsync("KW1002", Flow(TwoSlots, "", "[Slot(\"careful\")] ")));
        await Fixing.ExpectAsync("KW1002", Flow(TwoSlots, "", "[Slot(\"careful\")] "), Flow(TwoSlots, "[Slot(\"fast\")] ", "[Slot(\"careful\")] "), "Mark it [Slot(\"fast\")]");
    }

    [Fact]
    public async Task KW1002_names_a_slot_in_an_attribute_that_names_none()
    {
        Assert.Equal(["Name \"fast\"", "Name \"careful\""], await Fixing.TitlesAsync("KW1002", Flow(TwoSlots, "[Slot] ", "[Slot(\"careful\")] ")));
        await Fixing.ExpectAsync("KW1002", Flow(TwoSlots, "[Slot] ", "[Slot(\"careful\")] "), Flow(TwoSlots, "[Slot(\"fast\")] ", "[Slot(\"careful\")] "), "Name \"fast\"");
        await Fixing.ExpectAsync("KW1002", Flow(TwoSlots, "[Slot(Model = \"m\")] ", "[Slot(\"careful\")] "), Flow(TwoSlots, "[Slot(\"fast\", Model = \"m\")] ", "[Slot(\"careful\")] "), "Name \"fast\"");
    }

    [Fact]
    public async Task KW1002_offers_nothing_where_the_name_is_like_none() => Assert.Empty(await Fixing.TitlesAsync("KW1002", Flow(TwoSlots, "[Slot(\"zebra\")] ", "[Slot(\"careful\")] ")));

    [Fact]
    public async Task KW1002_offers_the_only_slot_whatever_was_written() =>
        await Fixing.ExpectAsync("KW1002", Flow("[CredentialProfile(\"fast\")]", "[Slot(\"zebra\")] ", ""), Flow("[CredentialProfile(\"fast\")]", "[Slot(\"fast\")] ", ""));

    [Fact]
    public async Task KW1002_all_at_once() => await Fixing.ExpectAllAsync(
        "KW1002", Flow(TwoSlots, "", ""), Flow(TwoSlots, "[Slot(\"careful\")] ", "[Slot(\"careful\")] "), "Mark it [Slot(\"careful\")]");

    [Theory]
    [InlineData("[CredentialProfile(\"fast\"), CredentialProfile(\"spare\")]", "[CredentialProfile(\"fast\")]")]
    [InlineData("[CredentialProfile(\"spare\"), CredentialProfile(\"fast\")]", "[CredentialProfile(\"fast\")]")]
    [InlineData("[CredentialProfile(\"fast\")]\n[CredentialProfile(\"spare\", Provider = \"openai\")]   ", "[CredentialProfile(\"fast\")]")]
    [InlineData("[CredentialProfile(\"fast\")][CredentialProfile(\"spare\")]", "[CredentialProfile(\"fast\")]")]
    public async Task KW1003_removes_the_slot(string slots, string left) => await Fixing.ExpectAsync("KW1003", Flow(slots, "[Slot(\"fast\")] ", "[Slot(\"fast\")] "), Flow(left, "[Slot(\"fast\")] ", "[Slot(\"fast\")] "), "Remove the slot \"spare\"");

    [Fact]
    public async Task KW1003_keeps_what_a_method_chooses_for() => Assert.Empty(await Fixing.TitlesAsync(
        "KW1003", Flow("[CredentialProfile(\"fast\"), CredentialProfile(\"spare\")]", "[Slot(\"fast\")] ", "[Slot(\"fast\")] ", "[ChooseProfile(\"spare\")] public Credential Choose(Ticket ticket) => \"acme\";")));

    [Fact]
    public async Task KW1003_all_at_once() => await Fixing.ExpectAllAsync(
        "KW1003",
        Flow("[CredentialProfile(\"spare\")]\n[CredentialProfile(\"fast\")]\n[CredentialProfile(\"rest\")]", "[Slot(\"fast\")] ", "[Slot(\"fast\")] "),
        Flow("[CredentialProfile(\"fast\")]", "[Slot(\"fast\")] ", "[Slot(\"fast\")] "));

    [Theory]
    [InlineData("[From(\"Clasify\")]", "[From(nameof(Classify))]")]
    [InlineData("[From(nameof(Clock))]", "[From(nameof(Classify))]")]
    [InlineData("[From([\"Clasify\"])]", "[From([nameof(Classify)])]")]
    public async Task KW3002_writes_the_step_that_was_meant(string from, string meant) => await Fixing.ExpectAsync("KW3002", Chain($"{from} Topic topic", others: Clock), Chain($"{meant} Topic topic", others: Clock), "Write nameof(Classify)");

    [Fact]
    public async Task KW3002_writes_the_step_to_run_after() =>
        await Fixing.ExpectAsync("KW3002", Chain("Topic topic", "(After = [\"Clasify\"])"), Chain("Topic topic", "(After = [nameof(Classify)])"));

    [Fact]
    public async Task KW3002_marks_the_output() => await Fixing.ExpectAsync(
        "KW3002",
        Steps("    [Step]\n    public Reply Draft(Ticket ticket) => new(\"\");\n    [Step]\n    public Topic Rate(Reply reply) => new(\"\");"),
        Steps("    [Step]\n    [Output]\n    public Reply Draft(Ticket ticket) => new(\"\");\n    [Step]\n    public Topic Rate(Reply reply) => new(\"\");"),
        "Mark `Draft` [Output]");

    [Fact]
    public async Task KW3002_offers_nothing_where_nothing_fits() => Assert.Empty(await Fixing.TitlesAsync("KW3002", Chain("DateTime never")));

    [Fact]
    public async Task KW3003_offers_each_producer()
    {
        const string Others = "[Step] public Topic Other(Ticket ticket) => new(\"\");";
        Assert.Equal(["Mark it [From(nameof(Classify))]", "Mark it [From(nameof(Other))]"], await Fixing.TitlesAsync("KW3003", Chain("Topic topic", others: Others)));
        await Fixing.ExpectAsync("KW3003", Chain("Topic topic", others: Others), Chain("[From(nameof(Other))] Topic topic", others: Others), "Mark it [From(nameof(Other))]");
    }

    [Fact]
    public async Task KW3003_offers_the_input()
    {
        const string Others = "[Step] public Ticket Shorten([FromInput] Ticket ticket) => ticket;";
        Assert.Equal(["Mark it [From(nameof(Shorten))]", "Mark it [FromInput]"], await Fixing.TitlesAsync("KW3003", Chain("Topic topic, Ticket ticket", others: Others, first: "[FromInput] ")));
        await Fixing.ExpectAsync(
            "KW3003", Chain("Topic topic, Ticket ticket", others: Others, first: "[FromInput] "), Chain("Topic topic, [FromInput] Ticket ticket", others: Others, first: "[FromInput] "), "Mark it [FromInput]");
    }

    [Fact]
    public async Task KW3003_all_at_once() => await Fixing.ExpectAllAsync(
        "KW3003",
        Chain("Topic topic, Ticket ticket", others: "[Step] public Ticket Shorten([FromInput] Ticket ticket) => ticket;"),
        Chain("Topic topic, [FromInput] Ticket ticket", others: "[Step] public Ticket Shorten([FromInput] Ticket ticket) => ticket;", first: "[FromInput] "),
        "Mark it [FromInput]");

    [Fact]
    public async Task KW3003_marks_the_output_that_counts() => await Fixing.ExpectAsync(
        "KW3003",
        Steps("    [Step]\n    public Reply Draft(Ticket ticket) => new(\"\");\n\n    [Step]\n    public Reply Better(Ticket ticket) => new(\"\");"),
        Steps("    [Step]\n    public Reply Draft(Ticket ticket) => new(\"\");\n\n    [Step]\n    [Output]\n    public Reply Better(Ticket ticket) => new(\"\");"),
        "Mark `Better` [Output]");

    [Fact]
    public async Task KW3011_writes_the_tool_that_was_meant() => await Fixing.ExpectAsync(
        "KW3011",
        Flow("[CredentialProfile]", "", "", "[Tool] public string LookUp(string number) => number;", ", Tools = [\"LokUp\"]"),
        Flow("[CredentialProfile]", "", "", "[Tool] public string LookUp(string number) => number;", ", Tools = [nameof(LookUp)]"));

    [Theory]
    [InlineData("typeof(Child)", "typeof(Child), Slots = [\"paid=fast\"]")]
    [InlineData("typeof(Child), Slots = [\"other=fast\"]", "typeof(Child), Slots = [\"other=fast\", \"paid=fast\"]")]
    public async Task KW3012_says_which_slot_pays(string child, string mended)
    {
        const string Title = "Say Slots = [\"paid=fast\"]";
        await Fixing.ExpectAsync("KW3012", Parent(child), Parent(mended), Title);
    }

    [Fact]
    public async Task KW3012_writes_the_pair_that_was_meant() => await Fixing.ExpectAsync(
        "KW3012",
        Parent("typeof(Child), Slots = [\"other=fast\", \"payd=fst\"]"),
        Parent("typeof(Child), Slots = [\"other=fast\", \"paid=fast\"]"));

    [Fact]
    public async Task KW3013_writes_the_condition_that_was_meant() => await Fixing.ExpectAsync(
        "KW3013",
        Chain("Topic? topic", others: "private static bool IsUrgent(Ticket ticket) => true;").Replace("[Step] public Topic", "[Step(When = \"IsUrgnt\")] public Topic", StringComparison.Ordinal),
        Chain("Topic? topic", others: "private static bool IsUrgent(Ticket ticket) => true;").Replace("[Step] public Topic", "[Step(When = nameof(IsUrgent))] public Topic", StringComparison.Ordinal));

    [Fact]
    public async Task KW3015_marks_a_class_that_implements_a_workflow()
    {
        const string Class = "public sealed partial class SupportReply : IWorkflow<Ticket, Reply>\n{\n    [Step] public Reply Write(Ticket ticket) => new(\"\");\n}\n";
        await Fixing.ExpectAsync("KW3015", Class, "[Workflow(\"support-reply\")]\n" + Class, "Mark `SupportReply` [Workflow(\"support-reply\")]");
        Assert.Empty(await Fixing.TitlesAsync("KW3015", Class.Replace(" : IWorkflow<Ticket, Reply>", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task KW3015_is_not_all_one_name()
    {
        const string Two = "public sealed partial class One : IWorkflow<Ticket, Reply> { [Step] public Reply Write(Ticket ticket) => new(\"\"); }\n    public sealed partial class Two : IWorkflow<Ticket, Reply> { [Step] public Reply Write(Ticket ticket) => new(\"\"); }\n";
        await Fixing.ExpectAllAsync("KW3015", Two, "[Workflow(\"one\")]\n" + Two.Replace("    public sealed partial class Two", "    [Workflow(\"two\")]\n    public sealed partial class Two", StringComparison.Ordinal));
    }

    [Fact]
    public async Task KW1001_all_at_once()
    {
        const string Class = "public sealed partial class Flow : IWorkflow<Ticket, Reply>\n{\n    [Prompt(\"{{ticket.Question}}\")] public partial Task<Reply> Write(Ticket ticket, IChatClient chat);\n}\n";
        await Fixing.ExpectAllAsync("KW1001", Twice("[Workflow(\"flow\")]\n" + Class), Twice("[Workflow(\"flow\")]\n[CredentialProfile]\n" + Class));
    }

    [Fact]
    public async Task KW3002_all_at_once() => await Fixing.ExpectAllAsync("KW3002", Twice(Chain("Topic topic", "(After = [\"Clasify\"])")), Twice(Chain("Topic topic", "(After = [nameof(Classify)])")));

    [Fact]
    public async Task KW3011_all_at_once()
    {
        const string Tool = "[Tool] public string LookUp(string number) => number;";
        await Fixing.ExpectAllAsync("KW3011", Twice(Flow("[CredentialProfile]", "", "", Tool, ", Tools = [\"LokUp\"]")), Twice(Flow("[CredentialProfile]", "", "", Tool, ", Tools = [nameof(LookUp)]")));
    }

    [Fact]
    public async Task KW3012_all_at_once() => await Fixing.ExpectAllAsync(
        "KW3012", Twice(Parent("typeof(Child), Slots = [\"other=fast\", \"payd=fst\"]")), Twice(Parent("typeof(Child), Slots = [\"other=fast\", \"paid=fast\"]")));

    [Fact]
    public async Task KW3013_all_at_once()
    {
        const string Condition = "private static bool IsUrgent(Ticket ticket) => true;";
        await Fixing.ExpectAllAsync(
            "KW3013",
            Twice(Chain("Topic? topic", others: Condition).Replace("[Step] public Topic", "[Step(When = \"IsUrgnt\")] public Topic", StringComparison.Ordinal)),
            Twice(Chain("Topic? topic", others: Condition).Replace("[Step] public Topic", "[Step(When = nameof(IsUrgent))] public Topic", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_attribute_that_would_mean_something_else_is_written_with_its_namespace() => await Fixing.ExpectAsync(
        "KW1002",
        Flow(TwoSlots, "", "[KeyedWorkflows.Slot(\"careful\")] ") + "public sealed class SlotAttribute(string name) : Attribute { public string Name => name; }",
        Flow(TwoSlots, "[KeyedWorkflows.Slot(\"fast\")] ", "[KeyedWorkflows.Slot(\"careful\")] ") + "public sealed class SlotAttribute(string name) : Attribute { public string Name => name; }",
        "Mark it [Slot(\"fast\")]");

    private static string Flow(string slots, string first, string second, string others = "", string prompt = "") => $$$"""
        [Workflow("flow")]
        {{{slots}}}
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}"{{{prompt}}})] public partial Task<Topic> Classify(Ticket ticket, {{{first}}}IChatClient chat);
            [Prompt("{{topic.Name}}")] public partial Task<Reply> Write(Topic topic, {{{second}}}IChatClient chat);
            {{{others}}}
        }

        """;

    /// <summary>A source, and beside it the same workflows under other names.</summary>
    private static string Twice(string source) => source + source
        .Replace("class Flow", "class Other", StringComparison.Ordinal).Replace("\"flow\"", "\"other\"", StringComparison.Ordinal)
        .Replace("class Child", "class Younger", StringComparison.Ordinal).Replace("(Child)", "(Younger)", StringComparison.Ordinal).Replace("\"child\"", "\"younger\"", StringComparison.Ordinal);

    private static string Steps(string steps) => $$"""
        [Workflow("flow")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
        {{steps}}
        }

        """;

    private static string Chain(string parameters, string settings = "", string others = "", string first = "") => $$"""
        [Workflow("flow")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Step] public Topic Classify({{first}}Ticket ticket) => new(ticket.Question);
            {{others}}
            [Step{{settings}}] public Reply Finish({{parameters}}) => new("");
        }

        """;

    private static string Parent(string child) => $$$"""
        [Workflow("child")]
        [CredentialProfile("paid"), CredentialProfile("other")]
        public sealed partial class Child : IWorkflow<Topic, Reply>
        {
            [Prompt("{{topic.Name}}")] public partial Task<string> Draft(Topic topic, [Slot("paid")] IChatClient chat);
            [Prompt("{{text}}")] public partial Task<Reply> Write(string text, [Slot("other")] IChatClient chat);
        }

        [Workflow("flow")]
        [CredentialProfile("fast"), CredentialProfile("second")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{ticket.Question}}")] public partial Task<Topic> Classify(Ticket ticket, [Slot("second")] IChatClient chat);
            [SubWorkflow({{{child}}})] public partial Task<Reply> Ask(Topic topic);
        }

        """;
}
