using KeyedWorkflows.Generators.Models;
using KeyedWorkflows.Generators.Tests.Compilations;

namespace KeyedWorkflows.Generators.Tests.Parsing;

public sealed class CredentialChoiceTests
{
    private const string Ask = "[Step] public Reply Ask(Ticket t, [Slot(\"main\")] IChatClient chat, [Slot(\"other\")] IChatClient other) => null!; ";
    private const string Slots = "[CredentialProfile, CredentialProfile(\"other\")]";

    [Theory]
    [InlineData("Credential", nameof(ReturnShape.Value))]
    [InlineData("Task<Credential>", nameof(ReturnShape.TaskOfT))]
    [InlineData("ValueTask<Credential>", nameof(ReturnShape.ValueTaskOfT))]
    public void A_chooser_takes_input_run_and_token(string type, string shape)
    {
        var model = Parsed.Members(Ask + $"[ChooseProfile(\"other\")] private static {type} Choose(RunContext run, Ticket ticket, CancellationToken ct) => default!;", attributes: Slots).Sound();

        var chooser = Assert.Single(model.Choosers);
        Assert.Equal((1, "Choose", true, shape), (chooser.Slot, chooser.Identifier, chooser.IsStatic, chooser.Return.ToString()));
        Assert.Equal([ChooserArgument.RunContext, ChooserArgument.Input, ChooserArgument.CancellationToken], chooser.Arguments.Select(static argument => argument.Source));
        Assert.Equal([false, true], model.Slots.Select(static slot => slot.HasChooser));
    }

    [Theory]
    [InlineData("KW1002", "[ChooseProfile(\"no\")] Credential Choose() => default;")]
    [InlineData("KW3008", "[ChooseProfile] Credential Choose() => default; [ChooseProfile] Credential Again() => default;")]
    [InlineData("KW3010", "[ChooseProfile] string Choose() => \"\";")]
    [InlineData("KW3010", "[ChooseProfile] Credential? Choose() => default;")]
    [InlineData("KW3010", "[ChooseProfile] void Choose() { }")]
    [InlineData("KW3010", "[ChooseProfile] Credential Choose<T>() => default;")]
    [InlineData("KW3010", "[ChooseProfile] Credential Choose(string text) => default;")]
    [InlineData("KW3010", "[ChooseProfile] Credential Choose(IChatClient chat) => default;")]
    public void A_chooser_of_another_shape_or_slot_is_a_fault(string rule, string chooser) => Parsed.Members(Ask + chooser, attributes: Slots).Fault(rule);

    [Fact]
    public void Properties_of_the_input_select_wherever_the_mark_stands()
    {
        var model = Input("public record In([ApiKey] Secret? Key, [property: ProfileName(\"other\")] string @event) : Base { } public record Base { [ApiKey(\"other\")] public Secret Own { get; init; } = null!; }").Sound();

        Assert.Equal(
            [new(0, "Key", SelectionKind.ApiKey, true), new(1, "@event", SelectionKind.ProfileName, false), new InputSelectionModel(1, "Own", SelectionKind.ApiKey, false)],
            model.Selections);
        Assert.All(model.Slots, static slot => Assert.True(slot.HasSelectingInput));
    }

    [Fact]
    public void An_input_of_a_built_assembly_selects_too()
    {
        var library = TestCompilation.Build(TestCompilation.Of("Library", [], "namespace Lib; public record In([ApiKey] Secret? Key, [ProfileName] string? Name, int Number);"));
        var compilation = TestCompilation.Of("Acme", [library], """
            namespace Acme;
            [Workflow("flow"), CredentialProfile] public partial class Flow : IWorkflow<Lib.In, int> { [Step] public int Ask(Lib.In i, IChatClient chat) => 1; }
            """);

        Assert.Equal([SelectionKind.ApiKey, SelectionKind.ProfileName], Parsed.Class(compilation, "Acme.Flow").Sound().Selections.Select(static selection => selection.Kind));
    }

    [Theory]
    [InlineData("KW1002", "public record In([ApiKey] string Key);")]
    [InlineData("KW1002", "public record In([ProfileName] int Name);")]
    [InlineData("KW1002", "public record In([ProfileName(\"no\")] string Name);")]
    [InlineData("KW1002", "public class In { [ProfileName] private string Name => \"\"; }")]
    [InlineData("KW1002", "public class In { [ProfileName] public string Name { set { } } }")]
    [InlineData("KW3008", "public record In([ProfileName] string Name, [ProfileName] string Other);")]
    public void A_property_that_cannot_select_is_a_fault(string rule, string type) => Input(type).Fault(rule);

    private static WorkflowParse Input(string type) => Parsed.Flow($$"""
        namespace Acme;
        {{type}}
        [Workflow("flow")] {{Slots}}
        public partial class Flow : IWorkflow<In, int> { [Step] public int Ask(In i, [Slot("main")] IChatClient chat, [Slot("other")] IChatClient other) => 1; }
        """);
}
