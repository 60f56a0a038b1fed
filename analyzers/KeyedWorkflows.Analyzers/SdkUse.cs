using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Analyzers;

/// <summary>Whether a project does anything with KeyedWorkflows. Many reference it and do not, such as the other parts of a host: there, most rules have nothing to look at, and look at nothing.</summary>
internal static class SdkUse
{
    /// <summary>A word that stands in whatever brings a type of the SDK into code: its namespace, its attributes, its registration.</summary>
    private const string Word = "Workflow";

    private const string Sdk = "KeyedWorkflows";

    private static readonly ConditionalWeakTable<SyntaxTree, StrongBox<bool>> Files = new();
    private static readonly ConditionalWeakTable<Compilation, StrongBox<bool>> Projects = new();

    /// <summary>False only where no code can meet a type of the SDK.</summary>
    public static bool IsPossible(Compilation compilation, CancellationToken cancellationToken)
    {
        if (!Projects.TryGetValue(compilation, out var possible))
        {
            var found = HasWord(compilation, cancellationToken) || HasUser(compilation);
            possible = Projects.GetValue(compilation, _ => new(found));
        }
        return possible.Value;
    }

    private static bool HasWord(Compilation compilation, CancellationToken cancellationToken)
    {
        foreach (var tree in compilation.SyntaxTrees)
        {
            if (!Files.TryGetValue(tree, out var has))
                has = Files.GetValue(tree, tree => new(tree.GetText(cancellationToken).ToString().IndexOf(Word, StringComparison.Ordinal) >= 0));
            if (has.Value)
                return true;
        }
        return false;
    }

    /// <summary>Another project's workflows can be called without a word of the SDK.</summary>
    private static bool HasUser(Compilation compilation)
    {
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            if (assembly.Name is "KeyedWorkflows.Providers.OpenAI" or "KeyedWorkflows.Storage" or "KeyedWorkflows.Testing")
                continue;
            foreach (var module in assembly.Modules)
            {
                foreach (var referenced in module.ReferencedAssemblies)
                {
                    if (referenced.Name == Sdk)
                        return true;
                }
            }
        }
        return false;
    }
}
