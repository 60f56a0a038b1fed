using System.Text;
using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Turns types into models, and answers what else is asked of them.</summary>
internal sealed class TypeReader(KnownSymbols known)
{
    private static readonly SymbolDisplayFormat CodeFormat = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat PeopleFormat = SymbolDisplayFormat.MinimallyQualifiedFormat
        .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private readonly Dictionary<ITypeSymbol, TypeModel> models = new(SymbolEqualityComparer.IncludeNullability);

    /// <summary>The type as code writes it, with all nullable marks.</summary>
    public static string Code(ITypeSymbol type)
    {
        var text = type.ToDisplayString(CodeFormat);
        if (text.IndexOf("await", StringComparison.Ordinal) < 0)
            return text;

        // A keyword only in async methods, which is where emitted code names the type.
        var parts = type.ToDisplayParts(CodeFormat);
        var code = new StringBuilder();
        foreach (var part in parts)
            code.Append(part.ToString() == "await" ? "@await" : part.ToString());
        return code.ToString();
    }

    /// <summary>The type for people, without its namespace and without a nullable mark at its end.</summary>
    public static string People(ITypeSymbol type) => Strip(type).ToDisplayString(PeopleFormat);

    /// <summary>A name as code writes it: with <c>@</c> where it is a keyword.</summary>
    public static string Identifier(string name) => SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || name == "await" ? "@" + name : name;

    /// <summary>The type without a nullable mark at its end.</summary>
    public static ITypeSymbol Strip(ITypeSymbol type) => type switch
    {
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var inner] } => inner,
        { IsReferenceType: true, NullableAnnotation: NullableAnnotation.Annotated } => type.WithNullableAnnotation(NullableAnnotation.NotAnnotated),
        { TypeKind: TypeKind.TypeParameter or TypeKind.Error, NullableAnnotation: NullableAnnotation.Annotated } => type.WithNullableAnnotation(NullableAnnotation.NotAnnotated),
        _ => type,
    };

    /// <summary>Marked <c>?</c>.</summary>
    public static bool IsNullable(ITypeSymbol type) => type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T || (!type.IsValueType && type.NullableAnnotation == NullableAnnotation.Annotated);

    public TypeModel Of(ITypeSymbol type)
    {
        if (models.TryGetValue(type, out var model))
            return model;
        var bare = Strip(type);
        var sequence = SequenceOf(bare, out var element);
        model = new()
        {
            Name = Code(bare),
            DisplayName = bare.ToDisplayString(PeopleFormat),
            IsValueType = bare.IsValueType,
            IsNullable = IsNullable(type),
            Shape = ShapeOf(bare, sequence),
            Sequence = sequence,
            ElementName = element is null ? null : Code(element),
        };
        models.Add(type, model);
        return model;
    }

    /// <summary>Whether a type is one of those that match each other by element.</summary>
    public SequenceKind SequenceOf(ITypeSymbol type, out ITypeSymbol? element)
    {
        element = null;
        if (type is IArrayTypeSymbol { Rank: 1 } array)
        {
            element = array.ElementType;
            return SequenceKind.Array;
        }
        if (type is not INamedTypeSymbol { TypeArguments: [var argument] } named)
            return SequenceKind.None;
        var kind = named.OriginalDefinition.SpecialType switch
        {
            SpecialType.System_Collections_Generic_IReadOnlyList_T => SequenceKind.ReadOnlyList,
            SpecialType.System_Collections_Generic_IEnumerable_T => SequenceKind.Enumerable,
            SpecialType.System_Collections_Generic_IList_T => SequenceKind.IList,
            SpecialType.System_Collections_Generic_ICollection_T => SequenceKind.Collection,
            SpecialType.System_Collections_Generic_IReadOnlyCollection_T => SequenceKind.ReadOnlyCollection,
            _ => known.Classify(named) switch
            {
                KnownType.List => SequenceKind.List,
                KnownType.ImmutableArray => SequenceKind.ImmutableArray,
                _ => SequenceKind.None,
            },
        };
        if (kind != SequenceKind.None)
            element = argument;
        return kind;
    }

    /// <summary>A type that is not there (yet) is part of it: the compiler reports it.</summary>
    public static bool HasError(ITypeSymbol type)
    {
        switch (type)
        {
            case IErrorTypeSymbol:
                return true;
            case IArrayTypeSymbol array:
                return HasError(array.ElementType);
            case INamedTypeSymbol named:
                foreach (var argument in named.TypeArguments)
                {
                    if (HasError(argument))
                        return true;
                }
                return named.ContainingType is { } outer && HasError(outer);
            default:
                return false;
        }
    }

    /// <summary>A file-local type is part of it: no other file can name it.</summary>
    public static bool IsFileLocal(ITypeSymbol type)
    {
        switch (type)
        {
            case IArrayTypeSymbol array:
                return IsFileLocal(array.ElementType);
            case INamedTypeSymbol named:
                if (named.IsFileLocal)
                    return true;
                foreach (var argument in named.TypeArguments)
                {
                    if (IsFileLocal(argument))
                        return true;
                }
                return named.ContainingType is { } outer && IsFileLocal(outer);
            default:
                return false;
        }
    }

    private TypeShape ShapeOf(ITypeSymbol type, SequenceKind sequence)
    {
        if (type.SpecialType == SpecialType.System_String)
            return TypeShape.String;
        if (type.TypeKind == TypeKind.Enum)
            return TypeShape.Enum;
        if (sequence != SequenceKind.None)
            return TypeShape.Sequence;
        return known.Classify(type) == KnownType.Secret ? TypeShape.Secret : TypeShape.Other;
    }
}
