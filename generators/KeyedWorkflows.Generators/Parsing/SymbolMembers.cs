using System.Diagnostics.CodeAnalysis;
using KeyedWorkflows.Generators.Models;
using KeyedWorkflows.Generators.Templates;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>What the placeholders of a prompt may reach, by its symbols: its parameters, and the public properties and fields of their types.</summary>
internal sealed class SymbolMembers : IMemberSource
{
    /// <summary>How deep, and how far, the table for a prompt's file goes.</summary>
    private const int MostLevels = 6;
    private const int MostTypes = 128;
    private readonly KnownSymbols known;
    private readonly List<MemberShape> roots = [];
    private readonly List<ITypeSymbol> types = [];
    private readonly List<List<MemberShape>?> members = [];
    private readonly Dictionary<ITypeSymbol, int> numbers = new(SymbolEqualityComparer.IncludeNullability);

    public SymbolMembers(IMethodSymbol prompt, KnownSymbols known)
    {
        this.known = known;
        var hasRun = false;
        foreach (var parameter in prompt.Parameters)
        {
            hasRun |= parameter.Name == "run";
            roots.Add(Shape(parameter.Name, parameter.Type, isParameter: true));
        }
        if (!hasRun && known.RunContext is { } run)
            roots.Add(Shape("run", run, isParameter: true) with { IsImplied = true, IsOblivious = false });
    }

    /// <summary>A placeholder went through a type that is not there: the compiler reports it.</summary>
    public bool MetError { get; private set; }

    public bool TryGetRoot(string name, [NotNullWhen(true)] out MemberShape? root) => TryFind(roots, name, out root);

    public bool TryGetMember(MemberShape parent, string name, [NotNullWhen(true)] out MemberShape? member)
    {
        member = null;
        if (parent.Type < 0)
            return false;
        MetError |= TypeReader.HasError(types[parent.Type]);
        return TryFind(MembersOf(parent.Type), name, out member);
    }

    public IReadOnlyList<string> RootNames() => NamesOf(roots);

    public IReadOnlyList<string> MemberNames(MemberShape parent) => parent.Type < 0 ? [] : NamesOf(MembersOf(parent.Type));

    /// <summary>The same as a table without symbols, for a prompt whose text is in a file. It ends at a depth and at a number of types.</summary>
    public MemberShapes ToShapes()
    {
        var level = 0;
        for (var next = 0; next < types.Count && level < MostLevels && types.Count < MostTypes; level++)
        {
            // Reading the members of a type adds the types of the next level.
            for (var end = types.Count; next < end && types.Count < MostTypes; next++)
                MembersOf(next);
        }
        var all = new List<TypeMembers>(types.Count);
        for (var i = 0; i < types.Count; i++)
            all.Add(new(TypeReader.People(types[i]), EquatableArray.From(members[i])));
        return new(EquatableArray.From(roots), EquatableArray.From(all));
    }

    private static bool TryFind(List<MemberShape> shapes, string name, [NotNullWhen(true)] out MemberShape? found)
    {
        foreach (var shape in shapes)
        {
            if (shape.Name == name)
            {
                found = shape;
                return true;
            }
        }
        found = null;
        return false;
    }

    private static List<string> NamesOf(List<MemberShape> shapes)
    {
        var names = new List<string>(shapes.Count);
        foreach (var shape in shapes)
        {
            if (shape.Kind != MemberKind.NotAValue && !shape.IsImplied)
                names.Add(shape.Name);
        }
        return names;
    }

    private List<MemberShape> MembersOf(int number)
    {
        if (members[number] is { } done)
            return done;
        var found = new List<MemberShape>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var type = types[number];
        for (ITypeSymbol? level = type; level is { SpecialType: not (SpecialType.System_Object or SpecialType.System_ValueType or SpecialType.System_Enum) }; level = level.BaseType)
            Gather(level, names, found);
        if (type.TypeKind == TypeKind.Interface)
        {
            foreach (var parent in type.AllInterfaces)
                Gather(parent, names, found);
        }
        members[number] = found;
        return found;
    }

    private void Gather(ITypeSymbol type, HashSet<string> names, List<MemberShape> found)
    {
        foreach (var member in type.GetMembers())
        {
            if (member.IsStatic || member.DeclaredAccessibility != Accessibility.Public || !member.CanBeReferencedByName)
                continue;
            var held = member switch
            {
                IPropertySymbol { IsIndexer: false, GetMethod.DeclaredAccessibility: Accessibility.Public } property => property.Type,
                IFieldSymbol field => field.Type,
                _ => null,
            };
            if (held is not null && names.Add(member.Name))
                found.Add(Shape(member.Name, held, isParameter: false));
        }
    }

    private MemberShape Shape(string name, ITypeSymbol type, bool isParameter)
    {
        var bare = TypeReader.Strip(type);
        var isNullable = TypeReader.IsNullable(type);
        var isRun = known.Classify(bare) == KnownType.RunContext;
        var isOblivious = !isRun && bare is { IsReferenceType: true, NullableAnnotation: NullableAnnotation.None };
        return new()
        {
            Name = name,
            Identifier = TypeReader.Identifier(name),
            Kind = KindOf(bare, isParameter, isNullable || isOblivious),
            Type = NumberOf(bare),
            TypeName = TypeReader.People(bare),
            IsNullable = isNullable,
            IsOblivious = isOblivious,
        };
    }

    private int NumberOf(ITypeSymbol type)
    {
        if (type.TypeKind is not (TypeKind.Class or TypeKind.Struct or TypeKind.Interface or TypeKind.Error))
            return -1;
        if (!numbers.TryGetValue(type, out var number))
        {
            number = types.Count;
            numbers.Add(type, number);
            types.Add(type);
            members.Add(null);
        }
        return number;
    }

    private MemberKind KindOf(ITypeSymbol type, bool isParameter, bool mayBeNull)
    {
        if (type.SpecialType == SpecialType.System_String)
            return MemberKind.String;
        switch (known.Classify(type))
        {
            case KnownType.Secret:
                return MemberKind.Secret;
            case KnownType.RunContext:
                return MemberKind.Run;
            case KnownType.CancellationToken or KnownType.ChatClient or KnownType.EmbeddingGenerator or KnownType.AnyEmbeddingGenerator or KnownType.ChatOptions:
            case KnownType.Task or KnownType.TaskOfT or KnownType.ValueTask or KnownType.ValueTaskOfT or KnownType.AsyncEnumerable or KnownType.Credential:
                return MemberKind.NotAValue;
        }
        if (type.IsRefLikeType || type.TypeKind is TypeKind.Delegate or TypeKind.Pointer or TypeKind.FunctionPointer || (isParameter && ParameterReader.IsMessages(type, known)))
            return MemberKind.NotAValue;
        return !mayBeNull && IsTextByName(type) ? MemberKind.TextByName : MemberKind.Value;
    }

    private bool IsTextByName(ITypeSymbol type)
    {
        if (IsIt(type))
            return true;
        foreach (var implemented in type.AllInterfaces)
        {
            if (IsIt(implemented))
                return true;
        }
        return false;

        bool IsIt(ITypeSymbol candidate) => known.Classify(candidate) == KnownType.ReadOnlyDictionary
            && candidate is INamedTypeSymbol { TypeArguments: [{ SpecialType: SpecialType.System_String }, { SpecialType: SpecialType.System_String }] };
    }
}
