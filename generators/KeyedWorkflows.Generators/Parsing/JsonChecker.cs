using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Says which types of a workflow cannot be written as JSON or read from it, or are missing in the context that the assembly names. Says it once a type, where it is first met.</summary>
internal sealed class JsonChecker(ParseScope scope)
{
    private readonly HashSet<ITypeSymbol> seen = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ITypeSymbol> lost = new(SymbolEqualityComparer.Default);
    private readonly JsonLoss loss = new(scope.Known);

    /// <summary>Checks what is kept of a run, and what goes to models and back.</summary>
    public void Check(ITypeSymbol input, ITypeSymbol output, List<NodeReading> nodes, MethodTable methods, ToolTable tools)
    {
        Check(input, scope.Type, isRead: false);
        Check(output, scope.Type, isRead: false);
        foreach (var node in nodes)
        {
            if (node.ResultType is not { } result)
                continue;
            Check(result, node.Symbol, isRead: node.Kind == NodeKind.Prompt);
            if (node.Prompt is { } prompt)
                CheckPlaceholders(node.Symbol, prompt);
        }
        foreach (var inline in methods.InlinePrompts)
        {
            if (ReturnReading.Of(inline.Symbol, scope.Known, scope.Compilation).Result is { } result)
                Check(result, inline.Symbol, isRead: true);
        }
        foreach (var (type, symbol) in tools.JsonTypes())
            Check(type, symbol, isRead: symbol is IParameterSymbol);
    }

    /// <summary>A parameter that a text puts in whole is written as JSON.</summary>
    private void CheckPlaceholders(IMethodSymbol method, PromptModel prompt)
    {
        CheckPlaceholders(method, prompt.System);
        CheckPlaceholders(method, prompt.User);
    }

    private void CheckPlaceholders(IMethodSymbol method, TemplateModel? template)
    {
        if (template is null)
            return;
        foreach (var segment in template.Segments)
        {
            if (segment.Placeholder is null || segment.Text is not (PlaceholderText.Value or PlaceholderText.NullableValue))
                continue;
            foreach (var parameter in method.Parameters)
            {
                if (parameter.Type.TypeKind != TypeKind.Enum && segment.Placeholder.TrimEnd('?') == parameter.Name)
                    Check(parameter.Type, parameter, isRead: false);
            }
        }
    }

    /// <param name="type">The type.</param>
    /// <param name="where">What has it.</param>
    /// <param name="isRead">A model writes it: it must be possible to make one.</param>
    private void Check(ITypeSymbol type, ISymbol where, bool isRead)
    {
        var bare = TypeReader.Strip(type);
        if (TypeReader.HasError(bare) || (seen.Contains(bare) && !isRead))
            return;
        var isFirst = seen.Add(bare);
        if (Unwritable(bare) is { } culprit)
        {
            if (isFirst)
                scope.Fault(Rules.Json, ParseScope.PlaceOf(where), $"`{TypeReader.People(culprit)}` cannot be written as JSON, in which what steps take and give is kept. Use a record of plain values.");
            return;
        }
        if (loss.Of(bare, isRead) is { } message && lost.Add(bare))
        {
            scope.Fault(Rules.Json, ParseScope.PlaceOf(where), message);
            return;
        }
        if (isFirst && !scope.Known.Json.Holds(bare))
            scope.Fault(Rules.Json, ParseScope.PlaceOf(where), $"`{TypeReader.People(bare)}` is missing in the JSON context `{scope.Known.Json.DisplayName}`. Add [JsonSerializable(typeof({TypeReader.People(bare)}))] to it.", scope.Known.Json.Listing(bare, scope.Compilation));
    }

    /// <summary>The part of a type that JSON has no form for; null where it has one.</summary>
    private ITypeSymbol? Unwritable(ITypeSymbol type)
    {
        switch (type)
        {
            case { TypeKind: TypeKind.Delegate or TypeKind.Pointer or TypeKind.FunctionPointer } or { SpecialType: SpecialType.System_IntPtr or SpecialType.System_UIntPtr }:
                return type;
            case IArrayTypeSymbol array:
                return array.Rank > 1 ? array : Unwritable(array.ElementType);
            case INamedTypeSymbol named:
                if (named.Find(scope.Known.JsonConverter) is not null)
                    return null;
                if (scope.Known.Classify(named) is KnownType.ChatClient or KnownType.EmbeddingGenerator or KnownType.AnyEmbeddingGenerator or KnownType.RunContext or KnownType.CancellationToken or KnownType.Credential)
                    return named;
                for (var level = named; level is { SpecialType: SpecialType.None }; level = level.BaseType)
                {
                    if (level is { Name: "Stream", ContainingNamespace: { Name: "IO", ContainingNamespace.Name: "System" } } or { Name: "MemberInfo", ContainingNamespace: { Name: "Reflection", ContainingNamespace.Name: "System" } })
                        return named;
                }
                foreach (var argument in named.TypeArguments)
                {
                    if (Unwritable(TypeReader.Strip(argument)) is { } culprit)
                        return culprit;
                }
                return null;
            default:
                return null;
        }
    }
}
