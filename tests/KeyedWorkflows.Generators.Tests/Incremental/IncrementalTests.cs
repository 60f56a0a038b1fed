using System.Collections;
using System.Globalization;
using System.Reflection;
using KeyedWorkflows.Generators.Tests.Compilations;
using KeyedWorkflows.Generators.Tests.Emitting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.Generators.Tests.Incremental;

/// <summary>What an edit makes the generator do again.</summary>
public sealed class IncrementalTests
{
    private static readonly string[] Steps =
    [
        WorkflowGenerator.ParsedStep, WorkflowGenerator.PromptFileNamesStep, WorkflowGenerator.PromptFilesStep, WorkflowGenerator.BoundStep, WorkflowGenerator.RegisteredStep, WorkflowGenerator.ReferencesStep,
    ];

    private const string Small = """
        namespace Acme;
        [Workflow("small")]
        [CredentialProfile]
        public sealed partial class Small : IWorkflow<int, string>
        {
            [Prompt(File = "ask.md")] public partial Task<string> Ask(int n, IChatClient chat);
        }
        """;

    [Fact]
    public void The_same_compilation_again_does_nothing()
    {
        var compilation = TestCompilation.Of(Sources.SupportReply, Small);
        var driver = Start(compilation, out _);

        var again = driver.RunGenerators(compilation.Clone(), TestContext.Current.CancellationToken);

        Assert.All(Reasons(again), static step => Assert.True(step.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, step.ToString()));
        Assert.All(OutputReasons(again), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Theory]
    [InlineData("namespace Acme; public static class Elsewhere { public static int N => 2; }")]
    [InlineData("namespace Acme; // nothing")]
    public void An_edit_elsewhere_emits_nothing(string edited)
    {
        var compilation = TestCompilation.Of(Sources.SupportReply, Small, "namespace Acme; public static class Elsewhere { public static int N => 1; }");
        var driver = Start(compilation, out _);

        var again = driver.RunGenerators(Replace(compilation, 2, edited), TestContext.Current.CancellationToken);

        Assert.All(Reasons(again), static step => Assert.True(step.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, step.ToString()));
        Assert.All(OutputReasons(again), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void An_edit_of_a_source_does_not_read_the_references_again()
    {
        var compilation = TestCompilation.Of(Sources.SupportReply, Small);
        var driver = Start(compilation, out _);

        var again = driver.RunGenerators(Replace(compilation, 1, Small.Replace("int n", "int m", StringComparison.Ordinal)), TestContext.Current.CancellationToken);

        var (_, reason) = Assert.Single(Reasons(again), static step => step.Step == WorkflowGenerator.ReferencesStep);
        Assert.Equal(IncrementalStepRunReason.Cached, reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reference_that_is_added_is_read_whether_it_is_a_file_or_a_project(bool isProject)
    {
        var ct = TestContext.Current.CancellationToken;
        var other = Emission.Sound(TestCompilation.Of("Acme.Other", [], Small.Replace("namespace Acme;", "namespace Acme.Others;", StringComparison.Ordinal).Replace("File = \"ask.md\"", "\"x\"", StringComparison.Ordinal))).Output;
        var compilation = TestCompilation.Of(Sources.SupportReply);
        var driver = Start(compilation, out _);

        var again = driver.RunGenerators(compilation.AddReferences(isProject ? other.ToMetadataReference() : TestCompilation.Build(other)), ct);

        var file = again.GetRunResult().Results.Single().GeneratedSources.Single(static source => source.HintName == WorkflowGenerator.AddWorkflowsFile);
        Assert.Contains("global::KeyedWorkflows.Registrations._Acme_Other.Register(workflows);", file.SourceText.ToString(), StringComparison.Ordinal);
        Assert.Contains("class _Acme\n", file.SourceText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_that_lacks_the_attribute_is_emitted_once_and_an_edit_elsewhere_emits_nothing()
    {
        var unmarked = Small.Replace("[Workflow(\"small\")]", "", StringComparison.Ordinal).Replace("{", "{ [Step] public void One() { } [Prompt(\"x\", Inline = true)] public partial Task<string> Two(IChatClient chat);", StringComparison.Ordinal);
        var compilation = TestCompilation.Of(unmarked, "namespace Acme; public static class Elsewhere { public static int N => 1; }");
        var driver = Start(compilation, out _);

        var again = driver.RunGenerators(Replace(compilation, 1, "namespace Acme; public static class Elsewhere { public static int N => 2; }"), TestContext.Current.CancellationToken);

        Assert.Single(again.GetRunResult().Results.Single().GeneratedSources, static source => source.HintName == "Acme.Small.g.cs");
        var model = Assert.Single(again.GetRunResult().Results.Single().TrackedSteps[WorkflowGenerator.UnmarkedStep].SelectMany(static run => run.Outputs));
        Assert.True(model.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, model.Reason.ToString());
        AssertPlain(model.Value, []);
        Assert.All(OutputReasons(again), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void A_line_that_moves_and_a_body_that_changes_emit_nothing()
    {
        var compilation = TestCompilation.Of(Sources.SupportReply, Small);
        var driver = Start(compilation, out _);
        var moved = "// a comment\n\n" + Sources.SupportReply.Replace("=> new(text, topic.Name);", "\n=> new(text + 1, /* here */ topic.Name);", StringComparison.Ordinal);

        var again = driver.RunGenerators(Replace(compilation, 0, moved), TestContext.Current.CancellationToken);

        Assert.All(OutputReasons(again), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void A_fault_that_moves_emits_nothing()
    {
        var faulty = Small.Replace("int n,", "int n, DateTime never,", StringComparison.Ordinal);
        var compilation = TestCompilation.Of(Sources.SupportReply, faulty);
        var driver = Start(compilation, out _);

        var again = driver.RunGenerators(Replace(compilation, 1, "\n\n" + faulty), TestContext.Current.CancellationToken);

        Assert.All(OutputReasons(again), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void A_change_of_one_workflow_emits_that_one_alone()
    {
        var compilation = TestCompilation.Of(Sources.SupportReply, Small);
        var driver = Start(compilation, out _);

        var again = driver.RunGenerators(Replace(compilation, 0, Sources.SupportReply.Replace("You are a support agent.", "You are kind.", StringComparison.Ordinal)), TestContext.Current.CancellationToken);

        Assert.Equal(1, OutputReasons(again).Count(static reason => reason is IncrementalStepRunReason.Modified));
        Assert.Equal(2, OutputReasons(again).Count(static reason => reason is IncrementalStepRunReason.Cached));
    }

    [Fact]
    public void A_change_of_a_prompts_file_emits_the_workflows_that_name_it_alone()
    {
        var compilation = TestCompilation.Of(Sources.SupportReply, Small);
        var driver = Start(compilation, out var files);

        var again = driver.ReplaceAdditionalText(files[0], new MemoryFile("ask.md", "Another {{n}}")).RunGenerators(compilation, TestContext.Current.CancellationToken);

        Assert.Equal(1, OutputReasons(again).Count(static reason => reason is IncrementalStepRunReason.Modified));
        Assert.Equal(2, OutputReasons(again).Count(static reason => reason is IncrementalStepRunReason.Cached));

        again = again.ReplaceAdditionalText(files[1], new MemoryFile("unrelated.md", "other")).RunGenerators(compilation, TestContext.Current.CancellationToken);
        Assert.All(OutputReasons(again), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void No_model_holds_anything_of_the_compiler()
    {
        var driver = Start(TestCompilation.Of(Sources.SupportReply, Small), out _);

        foreach (var step in Steps)
        {
            foreach (var output in driver.GetRunResult().Results.Single().TrackedSteps[step].SelectMany(static run => run.Outputs))
                AssertPlain(output.Value, []);
        }
    }

    [Fact]
    public void The_emitted_text_is_the_same_in_every_culture_and_has_no_carriage_return()
    {
        var source = Small.Replace("Prompt(File = \"ask.md\")", "Prompt(\"x\", Temperature = 0.25, Seed = -5)", StringComparison.Ordinal);
        var before = CultureInfo.CurrentCulture;
        try
        {
            var expected = Emission.Sound(source).Files;
            var finnish = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            finnish.NumberFormat.NegativeSign = "\u2212";
            finnish.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = finnish;
            var files = Emission.Sound(source).Files;

            Assert.Equal(expected, files);
            Assert.All(files.Where(static file => file.Key.EndsWith(".g.cs", StringComparison.Ordinal)), static file => Assert.DoesNotContain('\r', file.Value));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static GeneratorDriver Start(CSharpCompilation compilation, out AdditionalText[] files)
    {
        files = [new MemoryFile("ask.md", "Ask {{n}}"), new MemoryFile("unrelated.md", "x")];
        return Emission.Driver(files).RunGenerators(compilation, TestContext.Current.CancellationToken);
    }

    private static CSharpCompilation Replace(CSharpCompilation compilation, int source, string text)
    {
        var old = compilation.SyntaxTrees.Single(tree => tree.FilePath == $"Source{source}.cs");
        return compilation.ReplaceSyntaxTree(old, CSharpSyntaxTree.ParseText(text, (CSharpParseOptions)old.Options, old.FilePath, cancellationToken: TestContext.Current.CancellationToken));
    }

    private static IEnumerable<(string Step, IncrementalStepRunReason Reason)> Reasons(GeneratorDriver driver)
    {
        var tracked = driver.GetRunResult().Results.Single().TrackedSteps;
        foreach (var step in Steps)
        {
            foreach (var output in tracked[step].SelectMany(static run => run.Outputs))
                yield return (step, output.Reason);
        }
    }

    // The first is that of the attribute, which is emitted once for all.
    private static List<IncrementalStepRunReason> OutputReasons(GeneratorDriver driver) =>
        [.. driver.GetRunResult().Results.Single().TrackedOutputSteps["SourceOutput"].SelectMany(static run => run.Outputs).Select(static output => output.Reason)];

    private static void AssertPlain(object? value, HashSet<object> seen)
    {
        if (value is null || value is string || value.GetType().IsPrimitive || value.GetType().IsEnum || (!value.GetType().IsValueType && !seen.Add(value)))
            return;
        Assert.False(value is Compilation or ISymbol or SyntaxNode or SyntaxTree or Location or AttributeData or SemanticModel or AdditionalText, value.GetType().FullName);
        if (value is IEnumerable items)
        {
            foreach (var item in items)
                AssertPlain(item, seen);
        }
        for (var type = value.GetType(); type is not null; type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!typeof(Type).IsAssignableFrom(field.FieldType))
                    AssertPlain(field.GetValue(value), seen);
            }
        }
    }
}
