using KeyedWorkflows.Generators.Models;
using KeyedWorkflows.Generators.Tests.Compilations;

namespace KeyedWorkflows.Generators.Tests.Parsing;

public sealed class ClassTests
{
    private const string Types = "namespace Acme; public record Ticket(string Question); public record Reply(string Text);\n";
    private const string Body = ": IWorkflow<Ticket, Reply> { [Step] public Reply Ask(Ticket t) => null!; }";

    [Fact]
    public void What_the_attribute_says_is_read()
    {
        var model = Parsed.Flow(Types + """[Workflow("flow-1.a_b", Description = "D", Version = "2026-11", TimeoutSeconds = 60, MaxTokens = 1000L, MaxCalls = 9, AllowMixedTenants = true)] public partial class Flow """ + Body).Sound();

        Assert.Equal(("flow-1.a_b", "D", "2026-11", 60, 1000L, 9, true), (model.Name, model.Description, model.Version, model.TimeoutSeconds, model.MaxTokens, model.MaxCalls, model.AllowMixedTenants));
    }

    [Fact]
    public void A_nested_class_is_reopened_through_its_containing_types()
    {
        var model = Parsed.Class("Acme.Outer+Middle+Flow", Types + """public static partial class Outer { internal partial record struct Middle { [Workflow("flow")] public partial class Flow """ + Body + "} }").Sound();

        Assert.Equal([new("partial class Outer", "Outer"), new ContainingTypeModel("partial record struct Middle", "Middle")], model.ContainingTypes);
        Assert.Equal(("Acme.Outer.Middle.Flow", "global::Acme.Outer.Middle.Flow", "Acme"), (model.HintName, model.FullName, model.Namespace));
    }

    [Fact]
    public void A_class_in_the_global_namespace_has_none()
    {
        var model = Parsed.Class("Flow", """[Workflow("flow")] public partial class Flow : IWorkflow<string, int> { [Step] public int Count(string text) => text.Length; }""").Sound();

        Assert.Null(model.Namespace);
        Assert.Equal(("Flow", "global::Flow"), (model.HintName, model.FullName));
    }

    [Fact]
    public void Keywords_are_escaped_in_every_name()
    {
        var model = Parsed.Class("Acme.event", "namespace Acme; " + """[Workflow("flow")] public partial class @event : IWorkflow<string, int> { [Step] public int @class(string @in) => 1; }""").Sound();

        Assert.Equal(("event", "partial class @event", "global::Acme.@event"), (model.ClassName, model.Declaration, model.FullName));
        Assert.Equal(("class", "@class"), (model.Nodes[0].Name, model.Nodes[0].Identifier));
    }

    [Fact]
    public void Names_that_differ_only_in_case_or_nesting_have_files_of_their_own()
    {
        string[] names = ["Acme.Flow", "Acme.flow", "acme.Flow", "Acme.Outer+Flow", "Acme.Outer+flow"];
        var compilation = TestCompilation.Of($$"""
            namespace Acme { [Workflow("a")] public partial class Flow {{Plain}} [Workflow("b")] public partial class flow {{Plain}} }
            namespace acme { [Workflow("c")] public partial class Flow {{Plain}} }
            namespace Acme { public partial class Outer { [Workflow("d")] public partial class Flow {{Plain}} [Workflow("e")] public partial class flow {{Plain}} } }
            """);

        var hints = names.Select(name => Parsed.Class(compilation, name).Sound().HintName);

        Assert.Equal(names.Length, hints.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void A_class_cannot_take_the_registrations_file() =>
        Assert.NotEqual("AddWorkflows", Parsed.Class("AddWorkflows", """[Workflow("flow")] public partial class AddWorkflows """ + Plain).Sound().HintName);

    private const string Plain = ": IWorkflow<string, int> { [Step] public int Count(string text) => 1; }";

    [Fact]
    public void KW3009_a_class_that_is_not_partial()
    {
        var parse = Parsed.Flow(Types + """[Workflow("flow")] public class Flow """ + Body);

        Assert.Contains("partial", parse.Fault("KW3009").Message, StringComparison.Ordinal);
        Assert.False(parse.Model!.CanEmitMembers);
        Assert.Equal("public", parse.Model.ClientAccessibility);
    }

    [Fact]
    public void KW3009_a_containing_type_that_is_not_partial()
    {
        var parse = Parsed.Class("Acme.Outer+Flow", Types + """public class Outer { [Workflow("flow")] public partial class Flow """ + Body + "}");

        Assert.Contains("`Outer`", parse.Fault("KW3009").Message, StringComparison.Ordinal);
        Assert.False(parse.Model!.CanEmitMembers);
    }

    [Theory]
    [InlineData("public abstract partial class Flow ")]
    [InlineData("public partial class Flow(int a) { public Flow() : this(1) { } } partial class Flow ")]
    public void KW3009_a_class_of_which_no_instance_can_be_made(string declaration) => Parsed.Flow(Types + """[Workflow("flow")] """ + declaration + Body).Fault("KW3009");

    [Fact]
    public void KW3009_a_generic_class_can_still_be_reopened()
    {
        var parse = Parsed.Class("Acme.Flow`1", Types + """[Workflow("flow")] public partial class Flow<T> """ + Body);

        parse.Fault("KW3009");
        Assert.Equal("partial class Flow<T>", parse.Model!.Declaration);
    }

    [Fact]
    public void KW3009_a_file_local_class_gives_no_model()
    {
        var compilation = TestCompilation.Of(Types + """[Workflow("flow")] file partial class Flow """ + Body);
        var type = compilation.GetSymbolsWithName("Flow", cancellationToken: TestContext.Current.CancellationToken).OfType<Microsoft.CodeAnalysis.INamedTypeSymbol>().Single();
        var parse = Generators.Parsing.WorkflowParser.Parse(type, compilation, TestContext.Current.CancellationToken);

        parse.Fault("KW3009");
        Assert.Null(parse.Model);
    }

    [Theory]
    [InlineData("")]
    [InlineData(": IWorkflow<Ticket, Reply>, IWorkflow<Ticket, string>")]
    public void KW3009_a_class_that_does_not_say_what_it_takes_and_gives(string bases) => Parsed.Flow(Types + $$"""[Workflow("flow")] public partial class Flow {{bases}} { [Step] public Reply Ask() => null!; }""").Fault("KW3009");

    [Fact]
    public void KW3009_a_stream_as_output() => Parsed.Flow(Types + """[Workflow("flow")] public partial class Flow : IWorkflow<Ticket, IAsyncEnumerable<string>> { [Step] public IAsyncEnumerable<string> Ask(Ticket t) => null!; }""").Fault("KW3009");

    [Theory]
    [InlineData("Flow")]
    [InlineData("-flow")]
    [InlineData("a b")]
    [InlineData("")]
    public void KW3008_an_invalid_name_is_not_repeated(string name)
    {
        var fault = Parsed.Flow(Types + $"""[Workflow("{name}")] public partial class Flow """ + Body).Fault("KW3008");

        Assert.DoesNotContain($"\"{name}\"", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public", "public", "public", "public", true)]
    [InlineData("internal", "public", "public", "internal", true)]
    [InlineData("public", "internal", "public", "internal", true)]
    [InlineData("public", "public", "internal", "internal", true)]
    public void A_client_is_as_visible_as_class_input_and_output(string type, string input, string output, string expected, bool reachable)
    {
        var model = Parsed.Flow($$"""namespace Acme; {{input}} record Ticket; {{output}} record Reply; [Workflow("flow")] {{type}} partial class Flow {{Body}}""").Sound();

        Assert.Equal((expected, reachable), (model.ClientAccessibility, model.IsReachableInAssembly));
    }

    [Theory]
    [InlineData("private", "private", "private", false)]
    [InlineData("public", "private", "private", false)]
    [InlineData("public", "internal", "internal", true)]
    [InlineData("private", "public", "private", false)]
    [InlineData("protected", "protected", "private", false)]
    [InlineData("protected", "public", "protected", false)]
    [InlineData("internal", "public", "internal", true)]
    public void A_nested_client_is_as_visible_as_its_class_and_data(string type, string data, string expected, bool reachable)
    {
        var model = Parsed.Class("Acme.Outer+Flow", $$"""namespace Acme; public partial class Outer { {{data}} record Ticket; {{data}} record Reply; [Workflow("flow")] {{type}} partial class Flow {{Body}} }""").Sound();

        Assert.Equal((expected, reachable), (model.ClientAccessibility, model.IsReachableInAssembly));
    }

    [Fact]
    public void A_class_whose_data_is_private_to_it_has_no_client()
    {
        var model = Parsed.Flow("""namespace Acme; [Workflow("flow")] public partial class Flow : IWorkflow<Flow.In, int> { internal protected record Base; private record In; [Step] int Count(In i) => 1; }""").Model!;

        Assert.Null(model.ClientAccessibility);
        Assert.False(model.IsReachableInAssembly);
    }

    [Theory]
    [InlineData("", nameof(Disposal.None))]
    [InlineData(", IDisposable", nameof(Disposal.Dispose))]
    [InlineData(", IAsyncDisposable", nameof(Disposal.DisposeAsync))]
    [InlineData(", IDisposable, IAsyncDisposable", nameof(Disposal.DisposeAsync))]
    public void How_an_instance_is_let_go_is_read(string interfaces, string expected)
    {
        var model = Parsed.Flow(Types + $$"""
            [Workflow("flow")] public partial class Flow : IWorkflow<Ticket, Reply>{{interfaces}}
            {
                [Step] public Reply Ask(Ticket t) => null!;
                public void Dispose() { }
                public ValueTask DisposeAsync() => default;
            }
            """).Sound();

        Assert.Equal(expected, model.Disposal.ToString());
    }

    [Theory]
    [InlineData("public class FlowClient;")]
    [InlineData("public interface IFlowClient;")]
    public void KW3008_a_type_of_the_name_of_an_emitted_one(string type)
    {
        var source = Types + type + """ [Workflow("flow")] public partial class Flow """ + Body;
        var parse = Parsed.Flow(source);

        Assert.Contains("Client", Parsed.TextAt(source, parse.Fault("KW3008")), StringComparison.Ordinal);
        Assert.Null(parse.Model!.ClientAccessibility);
    }

    [Fact]
    public void What_a_generator_has_emitted_is_in_nobodys_way()
    {
        var compilation = TestCompilation.Of(Types + """[Workflow("flow")] public partial class Flow """ + Body);
        compilation = compilation.AddSyntaxTrees(Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree.ParseText(
            "namespace Acme; public class FlowClient; partial class Flow { private sealed class Executor; }", TestCompilation.ParseOptions, "Acme.Flow.g.cs", cancellationToken: TestContext.Current.CancellationToken));

        Assert.DoesNotContain("Executor", Parsed.Class(compilation, "Acme.Flow").Sound().MemberNames);
    }

    [Fact]
    public void The_names_of_all_members_are_known_to_the_emitter()
    {
        var model = Parsed.Flow(Types + """
            public class Shared { protected int inherited; }
            [Workflow("flow")] public partial class Flow(string captured) : Shared, IWorkflow<Ticket, Reply> { [Step] public Reply Ask(Ticket t) => null!; private class Executor; private string field = captured; event Action? Happened; }
            """).Sound();

        Assert.Equal(["Ask", "Executor", "Happened", "captured", "field", "inherited"], model.MemberNames);
    }

    [Fact]
    public void A_class_without_the_attribute_gives_nothing()
    {
        var parse = Parsed.Flow(Types + """public partial class Flow { [Prompt("hi")] public partial Task<string> Ask(IChatClient chat); }""");

        Assert.Equal(new(null, default), parse);
    }
}
