using KeyedWorkflows.Generators.Models;
using KeyedWorkflows.Generators.Tests.Compilations;

namespace KeyedWorkflows.Generators.Tests.Parsing;

public sealed class SubWorkflowTests
{
    private const string Refund = """
        public sealed record RefundInput(int Amount);
        public sealed record RefundReply(bool Done);
        [Workflow("refund"), CredentialProfile("payer")] public partial class Refund : IWorkflow<RefundInput, RefundReply> { [Step] public RefundReply Pay(RefundInput i, IChatClient chat) => null!; }
        [Workflow("split"), CredentialProfile("a"), CredentialProfile("b")] public partial class Split : IWorkflow<RefundInput, RefundReply> { [Step] public RefundReply Pay(RefundInput i, [Slot("a")] IChatClient a, [Slot("b")] IChatClient b) => null!; }
        """;

    private const string Steps = """
        [Step] public RefundInput Prepare(Ticket t) => null!;
        [Step] public Reply Finish(RefundReply reply) => null!;

        """;

    [Fact]
    public void The_only_slot_pays_for_the_only_slot()
    {
        var model = Parsed.Members(Steps + "[SubWorkflow(typeof(Refund))] public partial Task<RefundReply> Pay(RefundInput input, CancellationToken ct);", Refund).Sound();

        var child = model.Node("Pay").SubWorkflow!;
        Assert.Equal(("global::Acme.Refund", "global::Acme.RefundInput", "global::Acme.RefundReply", 0), (child.Child.Name, child.ChildInput.Name, child.ChildOutput.Name, child.InputParameter));
        Assert.Equal([0], child.Slots);
        Assert.Equal(["payer"], child.ChildSlots);
        Assert.True(Assert.Single(model.Slots).IsUsed);
        Assert.Equal(NodeKind.SubWorkflow, model.Node("Pay").Kind);
        Assert.Equal("Pay", Assert.Single(model.PartialMethods).Name);
    }

    [Fact]
    public void Slots_are_bound_by_name_or_as_written()
    {
        var child = Parsed.Members(Steps + "[SubWorkflow(typeof(Split), Slots = new[] { \"a = main\" })] public partial ValueTask<RefundReply> Pay(RefundInput input);", Refund, "[CredentialProfile(\"b\"), CredentialProfile]").Sound().Node("Pay").SubWorkflow!;

        Assert.Equal([1, 0], child.Slots);
    }

    [Fact]
    public void A_child_runs_once_an_element()
    {
        var node = Parsed.Members("""
            [Step] public RefundInput[] Prepare(Ticket t) => null!;
            [Step] public Reply Finish(RefundReply[] replies) => null!;
            [SubWorkflow(typeof(Refund))] public partial Task<RefundReply> Pay([ForEach(Concurrency = 2)] RefundInput input);
            """, Refund).Sound().Node("Pay");

        Assert.Equal((0, "global::Acme.RefundReply[]"), (node.ForEachParameter, node.Output!.Name));
    }

    [Fact]
    public void A_child_of_a_built_assembly_is_read_by_its_attributes()
    {
        var library = TestCompilation.Build(TestCompilation.Of("Library", [], "namespace Lib;" + Refund));
        var compilation = TestCompilation.Of("Acme", [library], """
            using Lib; namespace Acme;
            [Workflow("flow"), CredentialProfile("mine")] public partial class Flow : IWorkflow<RefundInput, RefundReply> { [SubWorkflow(typeof(Refund))] public partial Task<RefundReply> Pay(RefundInput input); }
            """);

        Assert.Equal(["payer"], Parsed.Class(compilation, "Acme.Flow").Sound().Node("Pay").SubWorkflow!.ChildSlots);
    }

    [Theory]
    [InlineData("[SubWorkflow(typeof(string))]", "[CredentialProfile]")]
    [InlineData("[SubWorkflow(typeof(Ticket))]", "[CredentialProfile]")]
    [InlineData("[SubWorkflow(typeof(Refund))]", "")]
    [InlineData("[SubWorkflow(typeof(Split))]", "[CredentialProfile]")]
    [InlineData("[SubWorkflow(typeof(Refund))]", "[CredentialProfile(\"x\"), CredentialProfile(\"y\")]")]
    [InlineData("[SubWorkflow(typeof(Refund), Slots = new[] { \"payer\" })]", "[CredentialProfile]")]
    [InlineData("[SubWorkflow(typeof(Refund), Slots = new[] { \"payer=other\" })]", "[CredentialProfile]")]
    [InlineData("[SubWorkflow(typeof(Refund), Slots = new[] { \"other=main\" })]", "[CredentialProfile]")]
    [InlineData("[SubWorkflow(typeof(Refund), Slots = new[] { \"payer=main\", \"payer=main\" })]", "[CredentialProfile]")]
    public void KW3012_a_child_that_nothing_pays_for_or_that_is_none(string attribute, string slots) =>
        Parsed.Members(Steps + attribute + " public partial Task<RefundReply> Pay(RefundInput input);", Refund, slots).Fault("KW3012");

    [Fact]
    public void KW3012_a_workflow_that_runs_itself()
    {
        var fault = Parsed.Members("[SubWorkflow(typeof(Flow))] public partial Task<Reply> Again(Ticket t);").Fault("KW3012");

        Assert.Contains("`Flow` runs itself", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Acme.Flow", "`Middle` leads back to `Flow` through `Middle`, `Last`")]
    [InlineData("Acme.Last", "`Flow` leads back to `Last` through `Flow`, `Middle`")]
    [InlineData("Acme.Outside", null)]
    public void KW3012_a_workflow_that_runs_itself_through_others(string name, string? message)
    {
        static string Running(string name, string child) =>
            $"[Workflow(\"{char.ToLowerInvariant(name[0])}\")] public partial class {name} : IWorkflow<Ticket, Ticket> {{ [SubWorkflow(typeof({child}))] public partial Task<Ticket> Next(Ticket t); }}\n";
        var parse = Parsed.Class(name, "namespace Acme; public sealed record Ticket(string Question);\n"
            + Running("Flow", "Middle") + Running("Middle", "Last") + Running("Last", "Flow") + Running("Outside", "Flow"));

        if (message is null)
            parse.Sound();
        else
            Assert.Contains(message, parse.Fault("KW3012").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public partial Task<Reply> Pay(RefundInput input);")]
    [InlineData("public partial Task Pay(RefundInput input);")]
    [InlineData("public partial RefundReply Pay(RefundInput input);")]
    [InlineData("public partial Task<RefundReply> Pay(Ticket input);")]
    [InlineData("public partial Task<RefundReply> Pay(RefundInput? input);")]
    [InlineData("public partial Task<RefundReply> Pay(RefundInput input, Ticket more);")]
    [InlineData("public partial Task<RefundReply> Pay(RefundInput input, IChatClient chat);")]
    [InlineData("public partial Task<RefundReply> Pay(CancellationToken ct);")]
    [InlineData("public Task<RefundReply> Pay(RefundInput input) => null!;")]
    public void KW3010_a_method_that_does_not_fit_its_child(string method) => Parsed.Members(Steps + "[SubWorkflow(typeof(Refund))] " + method, Refund).Fault("KW3010");
}
