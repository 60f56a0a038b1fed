using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>
/// Finds which names that the types emitted into a class may have are held by something already. It knows no scopes: a name that is not among them means nothing anywhere, and one that is must be looked up.
/// What a reference or a file holds is kept with it, so that an edit costs the edited file alone.
/// </summary>
internal static class HeldNames
{
    private static readonly ConditionalWeakTable<IAssemblySymbol, List<string>> OfAssemblies = new();
    private static readonly ConditionalWeakTable<SyntaxTree, List<string>> OfFiles = new();

    /// <summary>The names in a compilation and its references.</summary>
    public static HashSet<string> Of(Compilation compilation)
    {
        var held = new HashSet<string>(StringComparer.Ordinal);
        held.UnionWith(Read(compilation.Assembly));
        foreach (var module in compilation.Assembly.Modules)
        {
            foreach (var assembly in module.ReferencedAssemblySymbols)
                held.UnionWith(OfAssemblies.GetValue(assembly, Read));
        }
        foreach (var tree in compilation.SyntaxTrees)
            held.UnionWith(OfFiles.GetValue(tree, ReadAliases));
        return held;
    }

    private static bool IsEmitted(string name) => name.EndsWith("Tool", StringComparison.Ordinal) || name is "Executor" or "ToolValues";

    private static List<string> Read(IAssemblySymbol assembly)
    {
        var names = new List<string>(0);
        foreach (var name in assembly.TypeNames)
        {
            if (IsEmitted(name))
                names.Add(name);
        }
        foreach (var name in assembly.NamespaceNames)
        {
            if (IsEmitted(name))
                names.Add(name);
        }
        return names;
    }

    private static List<string> ReadAliases(SyntaxTree tree)
    {
        var names = new List<string>(0);
        if (tree.GetRoot() is not CompilationUnitSyntax root)
            return names;
        Add(root.Externs, root.Usings);
        var waiting = new Stack<SyntaxList<MemberDeclarationSyntax>>();
        waiting.Push(root.Members);
        while (waiting.Count > 0)
        {
            foreach (var member in waiting.Pop())
            {
                if (member is not BaseNamespaceDeclarationSyntax space)
                    continue;
                Add(space.Externs, space.Usings);
                waiting.Push(space.Members);
            }
        }
        return names;

        void Add(SyntaxList<ExternAliasDirectiveSyntax> externs, SyntaxList<UsingDirectiveSyntax> usings)
        {
            foreach (var alias in externs)
                AddName(alias.Identifier.ValueText);
            foreach (var directive in usings)
            {
                if (directive.Alias is { Name.Identifier.ValueText: var name })
                    AddName(name);
            }
        }

        void AddName(string name)
        {
            if (IsEmitted(name))
                names.Add(name);
        }
    }
}
