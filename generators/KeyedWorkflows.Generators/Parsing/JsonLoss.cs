using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>
/// Finds out what of a type would not come back from JSON, by the rules of System.Text.Json and the runtime's settings, which keep fields: a property without a public setter and a read-only field are filled by a
/// constructor's parameter or not at all, and there must be one constructor to take. Silent where it is not certain: types of the framework, types with a converter, and collections but for their elements.
/// </summary>
internal sealed class JsonLoss(KnownSymbols known)
{
    /// <summary>A model that reaches further is not followed.</summary>
    private const int MostTypes = 500;

    private readonly HashSet<ITypeSymbol> kept = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ITypeSymbol> read = new(SymbolEqualityComparer.Default);

    /// <summary>What would be lost, and what to do, a sentence or two; null where nothing certainly is. Of a type that another holds it is said once.</summary>
    /// <param name="type">The type.</param>
    /// <param name="isRead">A model writes it: each of its properties must be filled. Else it is written and read back, and what its constructor makes anew is no loss.</param>
    public string? Of(ITypeSymbol type, bool isRead)
    {
        var seen = isRead ? read : kept;
        var open = new Stack<ITypeSymbol>();
        Add(type);
        while (open.Count > 0 && seen.Count < MostTypes)
        {
            var next = open.Pop();
            if (Describe(next, isRead, Add) is not { } loss)
                continue;
            return KnownSymbols.Same(next, TypeReader.Strip(type)) ? loss : $"{loss} `{TypeReader.People(type)}` holds it.";
        }
        return null;

        void Add(ITypeSymbol part)
        {
            var bare = TypeReader.Strip(part);
            if (seen.Add(bare))
                open.Push(bare);
        }
    }

    private string? Describe(ITypeSymbol type, bool isRead, Action<ITypeSymbol> add)
    {
        if (type is IArrayTypeSymbol array)
        {
            add(array.ElementType);
            return null;
        }
        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct or TypeKind.Interface, SpecialType: SpecialType.None } named || HasConverter(named))
            return null;
        if (named.IsTupleType)
        {
            if (isRead)
                return $"`{TypeReader.People(named)}` is a value tuple: a model is asked for `Item1` and `Item2`, since the names of its values are not there when the program runs. Use a record.";
            foreach (var element in named.TupleElements)
                add(element.Type);
            return null;
        }
        if (IsOfFramework(named) || IsCollection(named))
        {
            foreach (var argument in named.TypeArguments)
                add(argument);
            foreach (var implemented in named.AllInterfaces)
            {
                if (implemented.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T)
                    add(implemented.TypeArguments[0]);
            }
            return null;
        }
        if (named.TypeKind == TypeKind.Interface || named.IsAbstract)
        {
            return isRead && named.Find(known.JsonDerivedType) is null
                ? $"`{TypeReader.People(named)}` is {(named.TypeKind == TypeKind.Interface ? "an interface" : "abstract")}, so no JSON of a model can become one. Use a class or record, or name the types that it may be by [JsonDerivedType]."
                : null;
        }
        return Construction(named, isRead, out var constructor) ?? Filling(named, constructor, isRead, add);
    }

    /// <summary>Why JSON cannot construct a type; else with which constructor it does.</summary>
    private string? Construction(INamedTypeSymbol type, bool isRead, out IMethodSymbol? constructor)
    {
        constructor = null;
        var choices = 0;
        foreach (var candidate in type.InstanceConstructors)
        {
            if (candidate.Find(known.JsonConstructor) is not null)
            {
                constructor = candidate;
                choices = 1;
                break;
            }
            if (candidate.DeclaredAccessibility != Accessibility.Public || constructor is { Parameters.IsEmpty: true })
                continue;
            constructor = candidate;
            choices = candidate.Parameters.IsEmpty ? 1 : choices + 1;
        }

        // A struct can always be made without arguments, and is.
        if (type.IsValueType && constructor?.Find(known.JsonConstructor) is null)
        {
            constructor = null;
            return null;
        }
        if (!isRead)
            return null;
        if (choices != 1)
            return $"JSON cannot construct `{TypeReader.People(type)}`: it has {(choices == 0 ? "no public constructor" : "several public constructors, none of which is without parameters")}. Keep one public, or mark one [JsonConstructor].";
        foreach (var parameter in constructor!.Parameters)
        {
            if (!HasMemberOf(parameter, type))
                return $"JSON cannot construct `{TypeReader.People(type)}`: no public property has the name and type of its constructor's parameter `{parameter.Name}`. Add one, or use a record.";
        }
        return null;
    }

    private string? Filling(INamedTypeSymbol type, IMethodSymbol? constructor, bool isRead, Action<ITypeSymbol> add)
    {
        var filled = 0;
        string? field = null;
        string? lost = null;
        foreach (var member in MembersOf(type))
        {
            if (IsFilled(member, constructor))
            {
                filled++;
                if (!HasConverter(member))
                    add(member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type);
            }
            else if (member is IFieldSymbol)
            {
                field ??= member.Name;
            }
            else if (HoldsData((IPropertySymbol)member))
            {
                if (isRead && (((IPropertySymbol)member).SetMethod is not null || IsCollection(((IPropertySymbol)member).Type)))
                    return Unfilled(type, member.Name);
                lost ??= member.Name;
            }
        }
        if (filled > 0)
            return null;
        if (field is not null && lost is null)
            return $"`{TypeReader.People(type)}` has its data in read-only fields, such as `{field}`, which JSON cannot fill. Make them properties with `init`, or use a record.";
        return isRead && lost is not null ? Unfilled(type, lost) : null;
    }

    private static string Unfilled(INamedTypeSymbol type, string member) =>
        $"JSON cannot fill `{member}` of `{TypeReader.People(type)}`: it has no public setter, and no constructor that JSON takes has a parameter of its name. Give it `init` or `set`, or use a record.";

    private bool IsFilled(ISymbol member, IMethodSymbol? constructor)
    {
        if (member.Find(known.JsonInclude) is not null)
            return true;
        if (member is IPropertySymbol property)
        {
            if (SetterOf(property)?.DeclaredAccessibility == Accessibility.Public || Populates(property))
                return true;
        }
        if (member is IFieldSymbol { IsReadOnly: false })
            return true;
        if (constructor is null)
            return false;
        foreach (var parameter in constructor.Parameters)
        {
            if (string.Equals(parameter.Name, member.Name, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>Filled in place, where the author asks for it.</summary>
    private bool Populates(IPropertySymbol property) =>
        property.Find(known.JsonObjectCreationHandling) is not null || property.ContainingType.Find(known.JsonObjectCreationHandling) is not null;

    /// <summary>Whether a constructor's parameter stands for a member. It may be one that is ignored: then the parameter gets its default.</summary>
    private bool HasMemberOf(IParameterSymbol parameter, INamedTypeSymbol type)
    {
        for (var level = type; level is { SpecialType: SpecialType.None }; level = level.BaseType)
        {
            foreach (var member in level.GetMembers())
            {
                var data = member switch
                {
                    IPropertySymbol { IsStatic: false, IsIndexer: false } property => property.Type,
                    IFieldSymbol { IsStatic: false, IsImplicitlyDeclared: false } field => field.Type,
                    _ => null,
                };
                if (data is not null && string.Equals(member.Name, parameter.Name, StringComparison.OrdinalIgnoreCase)
                    && KnownSymbols.Same(TypeReader.Strip(data), TypeReader.Strip(parameter.Type))
                    && (member.DeclaredAccessibility == Accessibility.Public || member.Find(known.JsonInclude) is not null))
                {
                    return true;
                }
            }
        }
        return false;
    }

    /// <summary>A property that keeps a value, as far as the source shows it; one that is computed loses nothing.</summary>
    private static bool HoldsData(IPropertySymbol property)
    {
        if (SetterOf(property) is not null)
            return true;
        foreach (var member in property.ContainingType.GetMembers())
        {
            if (member is IFieldSymbol { AssociatedSymbol: { } associated } && KnownSymbols.Same(associated, property))
                return true;
        }
        return false;
    }

    private static IMethodSymbol? SetterOf(IPropertySymbol property)
    {
        for (var level = property; level is not null; level = level.OverriddenProperty)
        {
            if (level.SetMethod is { } setter)
                return setter;
        }
        return null;
    }

    /// <summary>The public properties and fields, inherited ones too, and what is marked [JsonInclude]; without what is ignored.</summary>
    private List<ISymbol> MembersOf(INamedTypeSymbol type)
    {
        var members = new List<ISymbol>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var level = type; level is { SpecialType: SpecialType.None }; level = level.BaseType)
        {
            foreach (var member in level.GetMembers())
            {
                var isData = member is IPropertySymbol { IsStatic: false, IsIndexer: false, GetMethod: not null } or IFieldSymbol { IsStatic: false, IsConst: false, IsImplicitlyDeclared: false };
                if (isData && (member.DeclaredAccessibility == Accessibility.Public || member.Find(known.JsonInclude) is not null) && names.Add(member.Name) && !IsIgnored(member))
                    members.Add(member);
            }
        }
        return members;
    }

    private bool IsIgnored(ISymbol member)
    {
        const int always = 1;
        return member.Find(known.JsonIgnore) is { } ignore && (!ignore.TryGet("Condition", out var condition) || condition.Value is always);
    }

    private bool HasConverter(ISymbol symbol)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            for (var level = attribute.AttributeClass; level is not null; level = level.BaseType)
            {
                if (KnownSymbols.Same(level, known.JsonConverter))
                    return true;
            }
        }
        return false;
    }

    private static bool IsCollection(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol || type.SpecialType == SpecialType.System_Collections_IEnumerable)
            return true;
        if (type.SpecialType == SpecialType.System_String)
            return false;
        foreach (var implemented in type.AllInterfaces)
        {
            if (implemented.SpecialType == SpecialType.System_Collections_IEnumerable)
                return true;
        }
        return false;
    }

    private static bool IsOfFramework(INamedTypeSymbol type)
    {
        var space = type.ContainingNamespace;
        while (space is { IsGlobalNamespace: false, ContainingNamespace.IsGlobalNamespace: false })
            space = space.ContainingNamespace;
        return space?.Name is "System" or "Microsoft" or "KeyedWorkflows";
    }
}
