using System.Globalization;
using System.Text;
using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Reads the class itself: how it is reopened, what it is called, what it takes and gives.</summary>
internal static class ClassReader
{
    private static readonly SymbolDisplayFormat PeopleFormat = SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    /// <summary>The only <c>IWorkflow&lt;,&gt;</c> of a class; null where it has none, or several.</summary>
    public static INamedTypeSymbol? InterfaceOf(INamedTypeSymbol type, KnownSymbols known) => InterfaceOf(type, known, out _);

    /// <summary>Says what a workflow class may not be.</summary>
    public static void Check(ParseScope scope)
    {
        var type = scope.Type;
        if (!IsPartial(type, scope.CancellationToken))
            scope.Fault(Rules.Class, ParseScope.PlaceOf(type), $"`{type.Name}` is not partial, and what runs its steps is emitted into it. Add `partial`.");
        for (var outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            if (!IsPartial(outer, scope.CancellationToken))
                scope.Fault(Rules.Class, ParseScope.PlaceOf(type), $"`{type.Name}` is nested in `{outer.Name}`, which is not partial. Add `partial` to `{outer.Name}`, or move the workflow out of it.");
            if (outer.IsGenericType)
                scope.Fault(Rules.Class, ParseScope.PlaceOf(type), $"`{type.Name}` is nested in the generic type `{outer.Name}`, and nothing says for which types it would run. Move the workflow out of it.");
        }
        if (type.IsGenericType)
            scope.Fault(Rules.Class, ParseScope.PlaceOf(type), $"`{type.Name}` is generic, and nothing says for which types it would run. Write the workflow for its types.");
        if (type.IsAbstract || type.IsStatic)
            scope.Fault(Rules.Class, ParseScope.PlaceOf(type), $"`{type.Name}` is {(type.IsStatic ? "static" : "abstract")}, and every run needs an instance. Remove `{(type.IsStatic ? "static" : "abstract")}`.");
    }

    /// <summary>Whether the types that a class is nested in are all partial.</summary>
    public static bool AreContainingTypesPartial(INamedTypeSymbol type, CancellationToken ct)
    {
        for (var outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            if (!IsPartial(outer, ct))
                return false;
        }
        return true;
    }

    /// <summary>Whether what is emitted beside a class can name a type: it is there, in no single file, and is no type parameter of the class.</summary>
    public static bool CanName(ITypeSymbol type, INamedTypeSymbol beside) => !TypeReader.HasError(type) && !TypeReader.IsFileLocal(type) && !Mentions(type, beside);

    private static bool Mentions(ITypeSymbol type, INamedTypeSymbol generic)
    {
        switch (type)
        {
            case ITypeParameterSymbol parameter:
                return KnownSymbols.Same(parameter.ContainingSymbol, generic);
            case IArrayTypeSymbol array:
                return Mentions(array.ElementType, generic);
            case INamedTypeSymbol named:
                foreach (var argument in named.TypeArguments)
                {
                    if (Mentions(argument, generic))
                        return true;
                }
                return named.ContainingType is { } outer && Mentions(outer, generic);
            default:
                return false;
        }
    }

    /// <summary>Finds out what the workflow takes and gives.</summary>
    public static INamedTypeSymbol? ReadInterface(ParseScope scope)
    {
        var type = scope.Type;
        var contract = InterfaceOf(type, scope.Known, out var count);
        if (contract is null)
        {
            // A base list with an unknown type, or that of a static class, which has no interfaces: the compiler speaks of that.
            if (count == 0 && (HasUnknownBase(type) || type.IsStatic))
                scope.Incomplete();
            else
                scope.GraphFault(Rules.Class, ParseScope.PlaceOf(type), count == 0
                    ? $"`{type.Name}` does not say what it takes and gives. Implement IWorkflow<TInput, TOutput>."
                    : $"`{type.Name}` implements IWorkflow<,> more than once. A workflow has one input and one output: split it.");
            return null;
        }
        foreach (var argument in contract.TypeArguments)
        {
            if (TypeReader.HasError(argument))
                scope.Incomplete();
            else if (TypeReader.IsFileLocal(argument))
                scope.GraphFault(Rules.Class, ParseScope.PlaceOf(type), $"`{TypeReader.People(argument)}` is file-local, and generated code cannot name it. Remove `file` from the type.");
            else if (scope.Known.Classify(argument) is KnownType.Task or KnownType.TaskOfT or KnownType.ValueTask or KnownType.ValueTaskOfT or KnownType.AsyncEnumerable)
                scope.GraphFault(Rules.Class, ParseScope.PlaceOf(type), $"`{TypeReader.People(argument)}` is a task or stream. Name what it gives: for a text stream `string`.");
        }
        return contract;
    }

    /// <summary>What reopens a type: <c>partial class SupportReply</c>.</summary>
    public static string DeclarationOf(INamedTypeSymbol type)
    {
        var kind = (type.TypeKind, type.IsRecord) switch
        {
            (TypeKind.Struct, true) => "record struct",
            (TypeKind.Struct, false) => "struct",
            (TypeKind.Interface, _) => "interface",
            (_, true) => "record",
            _ => "class",
        };
        return $"partial {kind} {TypeReader.Identifier(type.Name)}{SignatureReader.TypeParametersOf(type.TypeParameters)}";
    }

    public static EquatableArray<ContainingTypeModel> ContainingTypesOf(INamedTypeSymbol type)
    {
        var outer = new List<ContainingTypeModel>(0);
        for (var next = type.ContainingType; next is not null; next = next.ContainingType)
            outer.Insert(0, new(DeclarationOf(next), TypeReader.Identifier(next.Name) + SignatureReader.TypeParametersOf(next.TypeParameters)));
        return EquatableArray.From(outer);
    }

    /// <summary>
    /// The names of members, nested types and constructor parameters, inherited ones too, and those of what is emitted into the class that mean another type there already: ordered, each once. What a generator adds does not count.
    /// </summary>
    public static EquatableArray<string> MemberNamesOf(INamedTypeSymbol type, Compilation compilation, KnownSymbols known, CancellationToken ct)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        for (var level = type; level is { SpecialType: not SpecialType.System_Object }; level = level.BaseType)
        {
            foreach (var member in level.GetMembers())
            {
                if (member.CanBeReferencedByName && !(member is INamedTypeSymbol && ParseScope.PlaceOf(member) is { } place && ParseScope.IsGenerated(place.SourceTree)))
                    names.Add(member.Name);
            }
        }

        // The parameters of a primary constructor are seen in the whole class, and a member would hide them.
        foreach (var constructor in type.InstanceConstructors)
        {
            foreach (var parameter in constructor.Parameters)
                names.Add(parameter.Name);
        }

        // A nested type of such a name would hide the other one from the author's own code.
        // Looking a name up binds the file's usings, so only names that something has are looked up.
        var emitted = new List<string>();
        foreach (var name in (string[])["Executor", "ToolValues"])
            AddIfHeld(name);
        foreach (var name in names)
            AddIfHeld(name + "Tool");
        if (emitted.Count == 0)
            return EquatableArray.From(names);
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (ParseScope.IsGenerated(reference.SyntaxTree) || reference.GetSyntax(ct) is not TypeDeclarationSyntax declaration)
                continue;
            var model = compilation.GetSemanticModel(reference.SyntaxTree);
            foreach (var name in emitted)
            {
                if (!names.Contains(name) && model.LookupNamespacesAndTypes(declaration.Identifier.SpanStart, name: name).Length > 0)
                    names.Add(name);
            }
        }
        return EquatableArray.From(names);

        void AddIfHeld(string name)
        {
            if (known.EmittedNames.Contains(name))
                emitted.Add(name);
        }
    }

    /// <summary>Says which type of the author's has the name of one that is emitted beside the class.</summary>
    /// <returns>Nothing is in the way.</returns>
    public static bool CheckEmittedNames(ParseScope scope, int slots)
    {
        var type = scope.Type;
        INamespaceOrTypeSymbol around = type.ContainingType is { } outer ? outer : type.ContainingNamespace;
        List<string> names = ["I" + type.Name + "Client", type.Name + "Client"];

        // Beside the class it would be nearer than the model client that its steps take, and all of them would be none.
        if (names[0] == "IChatClient")
        {
            scope.Fault(Rules.Name, ParseScope.PlaceOf(type), "The client of a workflow `Chat` would be `IChatClient`, and stand before that of Microsoft.Extensions.AI. Give the class another name, such as `ChatFlow`.");
            return false;
        }
        if (slots > 1)
            names.Add(type.Name + "Credentials");

        // A generic class is a fault, and gives way to one of its name that is none.
        if (type.IsGenericType && around.GetTypeMembers(type.Name).Length > 1)
            return false;
        foreach (var name in names)
        {
            foreach (var other in around.GetTypeMembers(name, 0))
            {
                if (ParseScope.PlaceOf(other) is not { } place || ParseScope.IsGenerated(place.SourceTree))
                    continue;
                scope.Fault(Rules.Name, place, $"`{name}` is the name of what is emitted beside the workflow `{type.Name}`. Rename one of the two.");
                return false;
            }
        }
        return true;
    }

    public static string? NamespaceOf(INamedTypeSymbol type) =>
        type.ContainingNamespace is { IsGlobalNamespace: false } space ? space.ToDisplayString(PeopleFormat) : null;

    public static string DisplayNameOf(INamedTypeSymbol type) => type.ToDisplayString(PeopleFormat);

    /// <summary>One name a type, fit for a file, on systems that do not tell case apart, too. The generator adds what the extension is.</summary>
    public static string HintNameOf(INamedTypeSymbol type, KnownSymbols known)
    {
        var text = new StringBuilder();
        var isAmbiguous = false;
        Append(type);

        // The name of what is emitted once an assembly.
        if (isAmbiguous || string.Equals(text.ToString(), "AddWorkflows", StringComparison.OrdinalIgnoreCase))
            text.Append('-').Append(Hash(DisplayNameOf(type)).ToString("x8", CultureInfo.InvariantCulture));
        return text.ToString();

        void Append(INamespaceOrTypeSymbol symbol)
        {
            if (symbol.ContainingType is { } outer)
                Append(outer);
            else if (symbol.ContainingNamespace is { IsGlobalNamespace: false } space)
                Append(space);
            if (text.Length > 0)
                text.Append('.');
            foreach (var c in symbol.Name)
            {
                if (char.IsLetterOrDigit(c) || c == '_')
                    text.Append(c);
                else
                    text.Append("-u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            if (symbol is INamedTypeSymbol { Arity: > 0 and var arity })
                text.Append('-').Append(arity.ToString(CultureInfo.InvariantCulture));
            isAmbiguous |= known.AmbiguousNames.Contains(symbol.Name);
        }
    }

    private static INamedTypeSymbol? InterfaceOf(INamedTypeSymbol type, KnownSymbols known, out int count)
    {
        INamedTypeSymbol? found = null;
        count = 0;
        foreach (var implemented in type.AllInterfaces)
        {
            if (!KnownSymbols.Same(implemented.OriginalDefinition, known.Workflow))
                continue;
            found = implemented;
            count++;
        }
        return count == 1 ? found : null;
    }

    private static bool HasUnknownBase(INamedTypeSymbol type)
    {
        if (type.BaseType is IErrorTypeSymbol)
            return true;
        foreach (var implemented in type.Interfaces)
        {
            if (implemented is IErrorTypeSymbol)
                return true;
        }
        return false;
    }

    /// <summary>Whether each part of a type says so.</summary>
    public static bool IsPartial(INamedTypeSymbol type, CancellationToken ct)
    {
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax(ct) is TypeDeclarationSyntax declaration && !declaration.Modifiers.Any(SyntaxKind.PartialKeyword))
                return false;
        }
        return true;
    }

    /// <summary>FNV-1a: the same on every machine and in every process.</summary>
    private static uint Hash(string text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
            hash = unchecked((hash ^ c) * 16777619u);
        return hash;
    }
}
