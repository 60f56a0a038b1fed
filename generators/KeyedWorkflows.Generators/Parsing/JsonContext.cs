using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>The <c>JsonSerializerContext</c> that <c>[assembly: WorkflowJson(typeof(AppJson))]</c> names, and the types that it holds.</summary>
internal sealed class JsonContext
{
    /// <summary>A model that reaches further than this is not followed: what lies beyond is not called missing.</summary>
    private const int MostTypes = 5000;
    private readonly KnownSymbols known;
    private readonly INamedTypeSymbol? type;
    private HashSet<ITypeSymbol>? held;

    private JsonContext(KnownSymbols known, INamedTypeSymbol? type)
    {
        this.known = known;
        this.type = type;
    }

    /// <summary>The context as code writes it; null where the assembly names none, and types are read by reflection.</summary>
    public string? Name => type is null ? null : TypeReader.Code(type);

    /// <summary>The context for people.</summary>
    public string DisplayName => type?.Name ?? "";

    public static JsonContext Read(Compilation compilation, KnownSymbols known)
    {
        foreach (var attribute in compilation.Assembly.GetAttributes())
        {
            if (known.MarkOf(attribute) == Mark.WorkflowJson && attribute.Argument<INamedTypeSymbol>() is { TypeKind: not TypeKind.Error } context)
                return new(known, context);
        }
        return new(known, null);
    }

    /// <summary>Whether the context, or Microsoft.Extensions.AI beside it, has the metadata of a type. Always where no context is named.</summary>
    public bool Holds(ITypeSymbol wanted)
    {
        if (type is null)
            return true;
        var bare = TypeReader.Strip(wanted);
        if (IsBuiltIn(bare))
            return true;
        held ??= Gather();
        return held.Count >= MostTypes || held.Contains(bare);
    }

    /// <summary>What the author can write to have the context hold a type: the context's name, and the type, as code. None where the context is another project's, or cannot name the type.</summary>
    public EquatableArray<string> Listing(ITypeSymbol wanted, Compilation compilation) =>
        type is { DeclaringSyntaxReferences.IsEmpty: false } && compilation.IsSymbolAccessibleWithin(wanted, type) ? [TypeReader.Code(type), TypeReader.Code(wanted)] : default;

    /// <summary>Microsoft.Extensions.AI has the metadata of its own types and of plain values.</summary>
    private static bool IsBuiltIn(ITypeSymbol type)
    {
        switch (type.SpecialType)
        {
            case SpecialType.System_Boolean or SpecialType.System_Char or SpecialType.System_String or SpecialType.System_Int16 or SpecialType.System_Int32 or SpecialType.System_Int64:
            case SpecialType.System_UInt16 or SpecialType.System_UInt32 or SpecialType.System_UInt64 or SpecialType.System_Single or SpecialType.System_Double or SpecialType.System_Decimal:
            case SpecialType.System_DateTime:
                return true;
        }
        if (type is not INamedTypeSymbol { ContainingType: null, ContainingNamespace: { } space } named)
            return false;
        return named.Name switch
        {
            "TimeSpan" or "DateTimeOffset" => IsNamed(space, "System"),
            "JsonElement" or "JsonDocument" => IsNamed(space, "System", "Text", "Json"),
            "JsonNode" => IsNamed(space, "System", "Text", "Json", "Nodes"),
            "ChatMessage" or "ChatResponse" or "ChatResponseUpdate" or "ChatOptions" or "AIContent" => IsNamed(space, "Microsoft", "Extensions", "AI"),
            _ => false,
        };
    }

    private static bool IsNamed(INamespaceSymbol space, params string[] names)
    {
        for (var i = names.Length - 1; i >= 0; i--)
        {
            if (space.Name != names[i])
                return false;
            space = space.ContainingNamespace;
        }
        return space.IsGlobalNamespace;
    }

    /// <summary>The listed types, and what they reach: the metadata of a type brings that of its properties and elements.</summary>
    private HashSet<ITypeSymbol> Gather()
    {
        var found = new HashSet<ITypeSymbol>(SymbolEqualityComparer.Default);
        var open = new Stack<ITypeSymbol>();
        foreach (var attribute in type!.GetAttributes())
        {
            if (KnownSymbols.Same(attribute.AttributeClass, known.JsonSerializable) && attribute.Argument<ITypeSymbol>() is { } listed)
                Add(listed);
        }
        while (open.Count > 0 && found.Count < MostTypes)
            Follow(open.Pop());
        return found;

        void Add(ITypeSymbol next)
        {
            var bare = TypeReader.Strip(next);
            if (bare is not ITypeParameterSymbol && found.Add(bare))
                open.Push(bare);
        }

        void Follow(ITypeSymbol next)
        {
            if (next is IArrayTypeSymbol array)
                Add(array.ElementType);
            if (next is not INamedTypeSymbol named || named.SpecialType is not SpecialType.None and < SpecialType.System_Collections_IEnumerable)
                return;
            foreach (var argument in named.TypeArguments)
                Add(argument);
            foreach (var attribute in named.GetAttributes())
            {
                if (KnownSymbols.Same(attribute.AttributeClass, known.JsonDerivedType) && attribute.Argument<ITypeSymbol>() is { } derived)
                    Add(derived);
            }
            for (var level = named; level is { SpecialType: SpecialType.None } && !IsOfFramework(level); level = level.BaseType)
            {
                foreach (var implemented in level.Interfaces)
                {
                    if (implemented.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T)
                        Add(implemented.TypeArguments[0]);
                }
                foreach (var member in level.GetMembers())
                {
                    switch (member)
                    {
                        case IPropertySymbol { IsStatic: false, IsIndexer: false, IsImplicitlyDeclared: false } property:
                            Add(property.Type);
                            break;
                        case IFieldSymbol { IsStatic: false, IsImplicitlyDeclared: false } field:
                            Add(field.Type);
                            break;
                    }
                }
            }
        }
    }

    private static bool IsOfFramework(INamedTypeSymbol type)
    {
        var space = type.ContainingNamespace;
        while (space is { IsGlobalNamespace: false, ContainingNamespace.IsGlobalNamespace: false })
            space = space.ContainingNamespace;
        return space?.Name == "System";
    }
}
