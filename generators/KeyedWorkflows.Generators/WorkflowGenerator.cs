using System.Text;
using KeyedWorkflows.Generators.Emitting;
using KeyedWorkflows.Generators.Models;
using KeyedWorkflows.Generators.Parsing;
using KeyedWorkflows.Generators.Templates;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.Generators;

/// <summary>
/// Emits for each class marked <c>[Workflow]</c> its executor, prompt bodies and client, and for the assembly its <c>AddWorkflows()</c>. Reports nothing: what is wrong is said by the analyzers, which read with the same parser.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class WorkflowGenerator : IIncrementalGenerator
{
    internal const string WorkflowAttribute = "KeyedWorkflows.WorkflowAttribute";

    /// <summary>What makes the generator look at a class that is not marked.</summary>
    private static readonly string[] StepAttributes = ["KeyedWorkflows.StepAttribute", "KeyedWorkflows.PromptAttribute", "KeyedWorkflows.SubWorkflowAttribute"];

    /// <summary>The file of the assembly as a whole.</summary>
    internal const string AddWorkflowsFile = "AddWorkflows.g.cs";

    /// <summary>The names of the pipeline's steps, for tests.</summary>
    internal const string ParsedStep = "Parsed";
    internal const string UnmarkedStep = "Unmarked";
    internal const string PromptFileNamesStep = "PromptFileNames";
    internal const string PromptFilesStep = "PromptFiles";
    internal const string BoundStep = "Bound";
    internal const string RegisteredStep = "Registered";
    internal const string ReferencesStep = "References";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        context.RegisterPostInitializationOutput(static output => output.AddEmbeddedAttributeDefinition());

        var parsed = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                WorkflowAttribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (found, ct) => found.TargetSymbol is INamedTypeSymbol type && IsFirst(found) ? WorkflowParser.Parse(type, found.SemanticModel.Compilation, ct).Model : null)
            .Where(static model => model is not null)
            .Select(static (model, _) => model!)
            .WithTrackingName(ParsedStep);

        var bound = parsed.Combine(Files(context, parsed)).Select(static (pair, _) => PromptFileFiller.Fill(pair.Left, pair.Right.Files, pair.Right.Folder)).WithTrackingName(BoundStep);

        // The editor needs the bodies too: without them each partial method would be an error there.
        context.RegisterSourceOutput(bound, static (output, model) =>
            output.AddSource(model.HintName + ".g.cs", SourceText.From(WorkflowEmitter.Emit(model), Encoding.UTF8)));

        // A class whose [Workflow] is missing is emitted as a faulty one, so that this is the only error. The analyzers say it.
        foreach (var attribute in StepAttributes)
        {
            var unmarked = context.SyntaxProvider
                .ForAttributeWithMetadataName(attribute, static (node, _) => node is MethodDeclarationSyntax, static (found, ct) => Unmarked(found, ct))
                .Where(static model => model is not null)
                .WithTrackingName(UnmarkedStep);
            context.RegisterSourceOutput(unmarked, static (output, model) => output.AddSource(model!.HintName + ".g.cs", SourceText.From(WorkflowEmitter.Emit(model), Encoding.UTF8)));
        }

        var registered = parsed.Where(static model => model is { IsFaulty: false, IsReachableInAssembly: true }).Select(static (model, _) => Registered(model)).Collect()
            .Select(static (all, _) => Sorted(all)).WithTrackingName(RegisteredStep);
        // An edit leaves the references as they are, and with them what was read of them.
        var name = context.CompilationProvider.Select(static (compilation, _) => compilation.AssemblyName ?? "");
        var references = context.MetadataReferencesProvider.Collect().Select(static (references, ct) => ReferenceReader.Read(references, ct)).WithTrackingName(ReferencesStep);
        context.RegisterSourceOutput(registered.Combine(name.Combine(references)), static (output, pair) =>
        {
            var (workflows, (assembly, referenced)) = pair;
            if (referenced.HasProduct)
                output.AddSource(AddWorkflowsFile, SourceText.From(RegistrationEmitter.Emit(assembly, workflows, referenced), Encoding.UTF8));
        });
    }

    /// <summary>The additional files that prompts name, with their texts, and the project's folder. No other file is read.</summary>
    private static IncrementalValueProvider<(EquatableArray<PromptFile> Files, string? Folder)> Files(IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<WorkflowModel> parsed)
    {
        var folder = context.AnalyzerConfigOptionsProvider.Select(static (options, _) => options.GlobalOptions.TryGetValue("build_property.ProjectDir", out var value) ? value : null);
        var wanted = parsed.Select(static (model, _) => PromptFileFiller.FilesOf(model)).Where(static files => !files.IsEmpty).Collect()
            .Select(static (all, _) => PromptFileFiller.Union(all)).WithTrackingName(PromptFileNamesStep);
        return context.AdditionalTextsProvider.Combine(wanted.Combine(folder))
            .Where(static pair => PromptFileFiller.IsWanted(pair.Left.Path, pair.Right.Left, pair.Right.Right))
            .Select(static (pair, ct) => new PromptFile(pair.Left.Path, pair.Left.GetText(ct)?.ToString() ?? ""))
            .Collect()
            .Select(static (files, _) => EquatableArray.From(files))
            .WithTrackingName(PromptFilesStep)
            .Combine(folder);
    }

    /// <summary>Whether this is the first of the parts of a class that have the attribute. A second one is an error of the compiler's, and the class is still emitted once.</summary>
    private static bool IsFirst(GeneratorAttributeSyntaxContext found)
    {
        foreach (var attribute in found.TargetSymbol.GetAttributes())
        {
            if (SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, found.Attributes[0].AttributeClass))
                return attribute.ApplicationSyntaxReference is not { } place || (place.SyntaxTree == found.TargetNode.SyntaxTree && found.TargetNode.Span.Contains(place.Span));
        }
        return true;
    }

    /// <summary>A class that has steps and is not marked, at the first of its steps.</summary>
    private static WorkflowModel? Unmarked(GeneratorAttributeSyntaxContext found, CancellationToken ct)
    {
        var compilation = found.SemanticModel.Compilation;
        return found.TargetSymbol.ContainingType is { } type
            && !UnmarkedClass.IsMarked(type, KnownSymbols.Of(compilation))
            && UnmarkedClass.FirstStep(type, KnownSymbols.Of(compilation))?.ApplicationSyntaxReference is { } first
            && found.Attributes[0].ApplicationSyntaxReference is { } own
            && first.SyntaxTree == own.SyntaxTree && first.Span == own.Span
                ? WorkflowParser.ParseUnmarked(type, compilation, ct).Model
                : null;
    }

    private static RegisteredWorkflow Registered(WorkflowModel model)
    {
        if (model.ClientAccessibility is null)
            return new(model.FullName, null, null);
        var around = model.FullName.Substring(0, model.FullName.Length - LocalNames.Escape(model.ClassName).Length);
        if (!model.FullName.EndsWith(LocalNames.Escape(model.ClassName), StringComparison.Ordinal))
            around = model.FullName.Substring(0, model.FullName.Length - model.ClassName.Length);
        return new(model.FullName, around + ClientEmitter.InterfaceOf(model.ClassName), around + ClientEmitter.ClassOf(model.ClassName));
    }

    private static EquatableArray<RegisteredWorkflow> Sorted(IReadOnlyCollection<RegisteredWorkflow> all)
    {
        var sorted = new List<RegisteredWorkflow>(all);
        sorted.Sort(static (one, other) => string.CompareOrdinal(one.FullName, other.FullName));
        return EquatableArray.From(sorted);
    }
}
