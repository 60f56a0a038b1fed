namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW3007's fix.</summary>
public sealed class ListInJsonFixTests
{
    [Fact]
    public async Task A_missing_type_is_listed() => await Fixing.ExpectAsync(
        "KW3007",
        Flow("[JsonSerializable(typeof(Ticket))]\n[JsonSerializable(typeof(Reply))]"),
        Flow("[JsonSerializable(typeof(Ticket))]\n[JsonSerializable(typeof(Reply))]\n[JsonSerializable(typeof(Topic))]"),
        "List it in `AppJson`");

    [Fact]
    public async Task All_at_once() => await Fixing.ExpectAllAsync(
        "KW3007",
        Flow("[JsonSerializable(typeof(Ticket))]"),
        Flow("[JsonSerializable(typeof(Ticket))]\n[JsonSerializable(typeof(Reply))]\n[JsonSerializable(typeof(Topic))]"));

    [Fact]
    public async Task A_generic_type_is_written_as_code_writes_it() => await Fixing.ExpectAsync(
        "KW3007",
        Flow("[JsonSerializable(typeof(Ticket)), JsonSerializable(typeof(Reply))]").Replace("Topic", "List<Topic?>", StringComparison.Ordinal),
        Flow("[JsonSerializable(typeof(Ticket)), JsonSerializable(typeof(Reply))]\n[JsonSerializable(typeof(List<Topic?>))]").Replace("Step] public Topic", "Step] public List<Topic?>", StringComparison.Ordinal).Replace("(Topic topic", "(List<Topic?> topic", StringComparison.Ordinal));

    [Fact]
    public async Task What_JSON_cannot_hold_is_not_listed() =>
        Assert.Empty(await Fixing.TitlesAsync("KW3007", Flow("[JsonSerializable(typeof(Ticket)), JsonSerializable(typeof(Reply))]").Replace("Topic", "Action", StringComparison.Ordinal)));

    private static string Flow(string listed) => $$"""
        using System.Text.Json.Serialization;

        [assembly: WorkflowJson(typeof(AppJson))]

        {{listed}}
        internal sealed partial class AppJson : JsonSerializerContext
        {
            private AppJson() : base(null) { }
            public static AppJson Default => null!;
            protected override System.Text.Json.JsonSerializerOptions? GeneratedSerializerOptions => null;
            public override System.Text.Json.Serialization.Metadata.JsonTypeInfo? GetTypeInfo(Type type) => null;
        }

        [Workflow("flow")]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Step] public Topic Read(Ticket ticket) => null!;
            [Step] public Reply Finish(Topic topic) => new("");
        }

        """;
}
