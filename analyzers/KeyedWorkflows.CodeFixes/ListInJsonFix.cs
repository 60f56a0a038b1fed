using System.Collections.Immutable;
using System.Composition;
using KeyedWorkflows.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.CodeFixes;

/// <summary>Lists a type in the project's JSON context (KW3007).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ListInJsonFix : EditFix
{
    private const string Global = "global::";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.Json.Id];

    /// <inheritdoc/>
    internal override async Task<IReadOnlyList<Edit>> FindAsync(Document document, Diagnostic diagnostic, CancellationToken ct)
    {
        if (Choices(diagnostic) is not [var name, var missing] || !name.StartsWith(Global, StringComparison.Ordinal) || await document.Project.GetCompilationAsync(ct).ConfigureAwait(false) is not { } compilation)
            return [];
        if (compilation.GetTypeByMetadataName(name.Substring(Global.Length)) is not { } context || DeclarationOf(context, ct) is not { } declaration || document.Project.GetDocument(declaration.SyntaxTree) is not { } home)
            return [];
        var model = compilation.GetSemanticModel(declaration.SyntaxTree);
        var listed = SyntaxFactory.ParseTypeName(missing);
        var type = model.GetSpeculativeTypeInfo(declaration.SpanStart, listed, SpeculativeBindingOption.BindAsTypeOrNamespace).Type;
        if (type is null or IErrorTypeSymbol)
            return [];
        var attribute = compilation.GetTypeByMetadataName("System.Text.Json.Serialization.JsonSerializableAttribute");
        if (attribute is null)
            return [];
        var written = attribute.ToMinimalDisplayString(model, declaration.SpanStart);
        var mark = $"{written.Substring(0, written.Length - "Attribute".Length)}(typeof({type.ToMinimalDisplayString(model, declaration.SpanStart)}))";
        return [new($"List it in `{context.Name}`", Edit.Only, home, [Syntax.AttributeOn(declaration, mark, await home.GetTextAsync(ct).ConfigureAwait(false))])];
    }

    /// <summary>The part of the context that has its attributes; of several, the first.</summary>
    private static ClassDeclarationSyntax? DeclarationOf(INamedTypeSymbol context, CancellationToken ct)
    {
        ClassDeclarationSyntax? first = null;
        foreach (var reference in context.DeclaringSyntaxReferences)
        {
            if (reference.SyntaxTree.FilePath.EndsWith(".g.cs", StringComparison.OrdinalIgnoreCase) || reference.GetSyntax(ct) is not ClassDeclarationSyntax declaration)
                continue;
            if (declaration.AttributeLists.Count > 0)
                return declaration;
            first ??= declaration;
        }
        return first;
    }
}
