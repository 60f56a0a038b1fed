using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Names that share one scope of emitted code: each is given once, whatever the author's names are.</summary>
internal sealed class LocalNames
{
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    /// <summary>Makes a scope.</summary>
    /// <param name="present">The names that are there already, as metadata has them.</param>
    public LocalNames(params ReadOnlySpan<string> present)
    {
        foreach (var name in present)
            taken.Add(name);
    }

    /// <summary>Takes a name, with a number behind it where it is taken already.</summary>
    /// <param name="wanted">The name as metadata has it.</param>
    /// <returns>The name as C# writes it.</returns>
    public string Add(string wanted)
    {
        var name = wanted;
        for (var number = 2; !taken.Add(name); number++)
            name = wanted + Numbers.Of(number);
        return Escape(name);
    }

    /// <summary>Notes a name that is there already.</summary>
    public LocalNames Reserve(string name)
    {
        taken.Add(name);
        return this;
    }

    /// <summary>The name of a local for what a method gives: <c>FindOrders</c> is <c>findOrders</c>.</summary>
    public static string Camel(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);

    /// <summary>The name of a type or method: <c>look_up</c> is <c>LookUp</c>.</summary>
    public static string Pascal(string name)
    {
        var parts = name.Split(['_'], StringSplitOptions.RemoveEmptyEntries);
        var pascal = "";
        foreach (var part in parts)
            pascal += char.ToUpperInvariant(part[0]) + part.Substring(1);
        return pascal.Length == 0 || char.IsDigit(pascal[0]) ? "_" + pascal : pascal;
    }

    /// <summary>Marks a name that is also a word of the language, wherever it may be one.</summary>
    public static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? "@" + name : name;
}
