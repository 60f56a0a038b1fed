using KeyedWorkflows.Generators.Parsing;

namespace KeyedWorkflows.Generators.Tests.Parsing;

/// <summary>A name that means nothing gets the one that was meant, else those that would fit.</summary>
public sealed class NearestNameTests
{
    private const string Class = """
        private static bool IsUrgent(Ticket t) => true;
        private static Topic TopicOf(Ticket t) => null!;
        [Step] public Draft Save(Ticket t) => null!;
        [Tool] public string LookUp(string word) => word;
        private static void Edit(ChatOptions options) { }
        """;

    [Theory]
    [InlineData("KW3013", "[Step(When = \"IsUrgnet\")] public Reply A(Ticket t, IChatClient c) => null!;", "Did you mean `IsUrgent`?")]
    [InlineData("KW3013", "[Step(Unless = \"isurgent\")] public Reply A(Ticket t, IChatClient c) => null!;", "Did you mean `IsUrgent`?")]
    [InlineData("KW3013", "[Step(When = \"Something\")] public Reply A(Ticket t, IChatClient c) => null!;", "There is `IsUrgent`.")]
    [InlineData("KW3002", "[Step(After = [\"Sav\"])] public Reply A(Ticket t, IChatClient c) => null!;", "Did you mean `Save`?")]
    [InlineData("KW3002", "[Step] public Reply A([From(\"Svae\")] Draft d, IChatClient c) => null!;", "Did you mean `Save`?")]
    [InlineData("KW3002", "[Step] public Reply A([From(\"Something\")] Draft d, IChatClient c) => null!;", "There is `Save`.")]
    [InlineData("KW3011", "[Prompt(\"x\", Tools = [\"Lookup\"])] public partial Task<Reply> A(Ticket t, IChatClient c);", "Did you mean `LookUp`?")]
    [InlineData("KW3011", "[Prompt(\"x\", Tools = [\"Something\"])] public partial Task<Reply> A(Ticket t, IChatClient c);", "There is `LookUp`.")]
    [InlineData("KW3010", "[Prompt(\"x\", ConfigureOptions = \"Edti\")] public partial Task<Reply> A(Ticket t, IChatClient c);", "Did you mean `Edit`?")]
    public void A_member(string rule, string step, string expected)
    {
        var fault = Parsed.Members(Class + step, "public record Topic(string Name); public record Draft(string Text);").Fault(rule);

        Assert.EndsWith(" " + expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slot() => Assert.EndsWith("It has `\"write\"`, `\"check\"`. Did you mean \"write\"?", Parsed.Members(
        "[Step] public Draft A(Ticket t, [Slot(\"wriet\")] IChatClient c) => null!; [Step] public Reply B(Draft d, [Slot(\"check\")] IChatClient c) => null!;",
        "public record Draft(string Text);",
        "[CredentialProfile(\"write\"), CredentialProfile(\"check\")]").Fault("KW1002").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("careful=mian", "Did you mean \"main\"?")]
    [InlineData("carefull=main", "Did you mean \"careful\"?")]
    public void A_slot_of_a_child(string pair, string expected) => Assert.EndsWith(expected, Parsed.Members(
        $"[SubWorkflow(typeof(Child), Slots = [\"{pair}\"])] public partial Task<Reply> Ask(Ticket t);",
        "[Workflow(\"child\"), CredentialProfile(\"careful\"), CredentialProfile(\"fast\")] public partial class Child : IWorkflow<Ticket, Reply> { [Step] public Reply A(Ticket t) => null!; }",
        "[CredentialProfile(\"main\"), CredentialProfile(\"fast\")]").Fault("KW3012").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("IsUrgnet", "IsUrgent")]
    [InlineData("IsUrgen", "IsUrgent")]
    [InlineData("ISURGENT", "IsUrgent")]
    [InlineData("IsLong", null)]
    [InlineData("", null)]
    [InlineData("Ax", "Ab")]
    [InlineData("Bx", null)]
    public void Near_is_what_differs_in_a_third_of_the_letters_at_most(string written, string? expected) => Assert.Equal(expected, Nearest.Of(written, ["IsUrgent", "Ab", "Cd"]));

    [Fact]
    public void Of_two_that_are_as_near_none_is_meant() => Assert.Null(Nearest.Of("Step3", ["Step1", "Step2"]));

    [Fact]
    public void What_was_written_is_not_repeated()
    {
        var secret = Guid.NewGuid().ToString("N");
        foreach (var step in (string[])[$"[Step(When = \"{secret}\")] public Reply A(Ticket t) => null!;", $"[Step(After = [\"{secret}\"])] public Reply A(Ticket t) => null!;", $"[Step] public Reply A([From(\"{secret}\")] Ticket t) => null!;"])
            Assert.DoesNotContain(secret, Assert.Single(Parsed.Members(step, attributes: "").Faults).Message, StringComparison.Ordinal);
    }
}
