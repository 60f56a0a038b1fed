using System.Reflection;
using System.Runtime.Loader;
using KeyedWorkflows.Generators.Parsing;
using KeyedWorkflows.Generators.Tests.Compilations;
using KeyedWorkflows.Generators.Tests.Executor.Drawing;
using KeyedWorkflows.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>Workflows compiled with what the generator emits for them, and loaded.</summary>
internal sealed class GraphAssembly : IDisposable
{
    private static readonly MethodInfo Definition = typeof(GraphAssembly).GetMethod(nameof(DefinitionOf), BindingFlags.NonPublic | BindingFlags.Static)!;
    private readonly AssemblyLoadContext context;
    private readonly Assembly assembly;
    private readonly CSharpCompilation compilation;

    private GraphAssembly(AssemblyLoadContext context, Assembly assembly, CSharpCompilation compilation)
    {
        this.context = context;
        this.assembly = assembly;
        this.compilation = compilation;
    }

    /// <summary>Compiles one source for each workflow, in one assembly.</summary>
    public static GraphAssembly Compile(params string[] sources)
    {
        var compilation = TestCompilation.Of("Acme", [MetadataReference.CreateFromFile(typeof(Script).Assembly.Location)], sources);
        CSharpGeneratorDriver.Create([new WorkflowGenerator().AsSourceGenerator()], parseOptions: TestCompilation.ParseOptions)
            .RunGeneratorsAndUpdateCompilation(compilation, out var generated, out var diagnostics);
        Assert.Empty(diagnostics);
        using var image = new MemoryStream();
        var result = generated.Emit(image);
        if (!result.Success)
        {
            var error = result.Diagnostics.First(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
            Assert.Fail($"{error}\n{SourceOf(error, compilation)}\n{error.Location.SourceTree}");
        }
        image.Position = 0;
        var context = new AssemblyLoadContext("Acme", isCollectible: true);
        return new(context, context.LoadFromStream(image), compilation);
    }

    /// <summary>What the rules have against a class.</summary>
    public IReadOnlyList<string> FaultsOf(string className) =>
        [.. WorkflowParser.Parse(compilation.Class(className), compilation, CancellationToken.None).Faults.Select(static fault => $"{fault.Rule}: {fault.Message}")];

    /// <summary>The generated half of a class that the rules accept.</summary>
    public WorkflowDefinition<Question, Answer> DefinitionOf(string className) =>
        (WorkflowDefinition<Question, Answer>)Definition.MakeGenericMethod(assembly.GetType(className, throwOnError: true)!).Invoke(null, null)!;

    public void Dispose() => context.Unload();

    private static WorkflowDefinition DefinitionOf<TWorkflow>()
        where TWorkflow : IWorkflowClass => TWorkflow.Definition;

    /// <summary>The author's source, where what was emitted for it does not compile.</summary>
    private static SyntaxTree? SourceOf(Diagnostic error, CSharpCompilation compilation)
    {
        var file = Path.GetFileName(error.Location.SourceTree?.FilePath ?? "");
        return compilation.SyntaxTrees.FirstOrDefault(tree => tree.GetRoot().DescendantNodes().OfType<FileScopedNamespaceDeclarationSyntax>().Any(space => file.StartsWith($"{space.Name}.", StringComparison.Ordinal)));
    }
}
