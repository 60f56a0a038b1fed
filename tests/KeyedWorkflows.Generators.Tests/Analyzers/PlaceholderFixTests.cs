namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW3006's fix.</summary>
public sealed class PlaceholderFixTests
{
    [Theory]
    [InlineData("\"{{tickt.Question}}\"", "\"{{ticket.Question}}\"")]
    [InlineData("\"{{ticket.Qestion}}\"", "\"{{ticket.Question}}\"")]
    [InlineData("\"\\\"q\\\": {{ticket.question}}\\n\"", "\"\\\"q\\\": {{ticket.Question}}\\n\"")]
    [InlineData("@\"say \"\"x\"\" {{ticket.Qestion}}\"", "@\"say \"\"x\"\" {{ticket.Question}}\"")]
    [InlineData("\"\"\"\n        A:\n          {{ticket.Qestion}}\n        \"\"\"", "\"\"\"\n        A:\n          {{ticket.Question}}\n        \"\"\"")]
    [InlineData("\"{{run.Tenent}}\"", "\"{{run.Tenant}}\"")]
    [InlineData("\"a \\\"b\\\" \" + (@\"c\" + \"{{ticket.Qestion}} d\") + \"e\"", "\"a \\\"b\\\" \" + (@\"c\" + \"{{ticket.Question}} d\") + \"e\"")]
    [InlineData("\"{{ ticket.Question }}\"", "\"{{ticket.Question}}\"")]
    [InlineData("\"{{note}}\"", "\"{{note?}}\"")]
    [InlineData("\"{{nota}}\"", "\"{{note?}}\"")]
    [InlineData("\"{{note.Length}}\"", "\"{{note.Length?}}\"")]
    public async Task The_placeholder_that_was_meant_is_written_in_its_place(string text, string mended) => await Fixing.ExpectAsync("KW3006", Flow(text), Flow(mended));

    [Theory]
    [InlineData("\"{{zebra}}\"")]
    [InlineData("\"{{ticket.Zebra}}\"")]
    [InlineData("\"{{chat}}\"")]
    [InlineData("\"{{ticket.Question\"")]
    [InlineData("\"{{tickt\" + \".Question}}\"")]
    [InlineData("nameof(Write) + \"{{tickt.Question}}\"")]
    public async Task Where_it_is_not_clear_nothing_is_offered(string text) => Assert.Empty(await Fixing.TitlesAsync("KW3006", Flow(text)));

    [Fact]
    public async Task All_at_once_in_one_text_too() => await Fixing.ExpectAllAsync(
        "KW3006",
        Flow("\"{{tickt.Question}} and {{ticket.Qestion}}, {{zebra}}\", System = \"{{note}}\""),
        Flow("\"{{ticket.Question}} and {{ticket.Question}}, {{zebra}}\", System = \"{{note?}}\""));

    private static string Flow(string text) => $$"""
        [Workflow("flow")]
        [CredentialProfile]
        public sealed partial class Flow : IWorkflow<Ticket, Reply>
        {
            [Step] public string? Find(Ticket ticket) => null;

            [Prompt({{text}})] public partial Task<Reply> Write(Ticket ticket, string? note, IChatClient chat);
        }
        """;
}
