using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>
/// The names that stand before a text, or behind <c>const</c>, anywhere in the sources: what a name in an expression must be one of, to have a text that is known when it is compiled. Read from the characters of each file, once: most names
/// are none of these, and need not be asked of the compiler.
/// </summary>
internal sealed class DeclaredTexts
{
    private static readonly ConditionalWeakTable<SyntaxTree, Names> Read = new();

    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly HashSet<string> random = new(StringComparer.Ordinal);

    private DeclaredTexts()
    {
    }

    /// <summary>Whether a name may be that of a random text.</summary>
    public bool HasRandom => random.Count > 0;

    /// <summary>The names that the sources of a compilation declare.</summary>
    public static DeclaredTexts Of(Compilation compilation, CancellationToken cancellationToken)
    {
        var texts = new DeclaredTexts();
        foreach (var tree in compilation.SyntaxTrees)
        {
            if (!Read.TryGetValue(tree, out var names))
                names = Read.GetValue(tree, tree => new Names(tree.GetText(cancellationToken).ToString()));
            texts.known.UnionWith(names.Known);
            texts.random.UnionWith(names.Random);
        }
        return texts;
    }

    /// <summary>Whether a name may have a text that is known.</summary>
    public bool Has(string name) => known.Contains(name);

    /// <summary>Whether a name may have a text that is random.</summary>
    public bool MayBeRandom(string name) => random.Contains(name);

    private sealed class Names
    {
        private const string Const = "const ";

        public Names(string text)
        {
            for (var at = text.IndexOf('"'); at >= 0; at = text.IndexOf('"', at + 1))
            {
                if (NameBefore(text, at) is not { } name)
                    continue;
                Known.Add(name);
                if (MayBeRandom(text, at))
                    Random.Add(name);
            }
            for (var at = text.IndexOf(Const, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Const, at + 1, StringComparison.Ordinal))
                AddConstants(text, at + Const.Length);
        }

        public HashSet<string> Known { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Random { get; } = new(StringComparer.Ordinal);

        /// <summary>The name in <c>name = "</c>.</summary>
        private static string? NameBefore(string text, int quote)
        {
            var at = quote - 1;
            while (at >= 0 && (text[at] is '@' or '$' or '(' || char.IsWhiteSpace(text[at])))
                at--;
            if (at < 1 || text[at] != '=')
                return null;
            at--;
            while (at >= 0 && char.IsWhiteSpace(text[at]))
                at--;
            var end = at + 1;
            while (at >= 0 && IsOfName(text[at]))
                at--;
            return end - at > 1 ? text.Substring(at + 1, end - at - 1) : null;
        }

        /// <summary>What is not one plain text may be anything.</summary>
        private static bool MayBeRandom(string text, int quote)
        {
            var end = quote + 1;
            while (end < text.Length && text[end] is not ('"' or '\\' or '\r' or '\n'))
                end++;
            if (quote == 0 || end >= text.Length || text[end] != '"' || text[quote - 1] is '@' or '$' or '"' || end == quote + 1)
                return true;
            var next = end + 1;
            while (next < text.Length && char.IsWhiteSpace(text[next]))
                next++;
            return (next < text.Length && text[next] is not (';' or ',' or ')')) || (end - quote > KeyFinder.ShortestPassword && KeyFinder.FindRandom(text.Substring(quote + 1, end - quote - 1)) is not null);
        }

        /// <summary>Constants that are put together from others.</summary>
        private void AddConstants(string text, int at)
        {
            while (at < text.Length && text[at] is not (';' or '{' or '}'))
            {
                var start = at;
                while (at < text.Length && IsOfName(text[at]))
                    at++;
                var end = at;
                while (at < text.Length && char.IsWhiteSpace(text[at]))
                    at++;
                if (end > start && at + 1 < text.Length && text[at] == '=' && text[at + 1] != '=')
                {
                    var name = text.Substring(start, end - start);
                    Known.Add(name);
                    at++;
                    while (at < text.Length && char.IsWhiteSpace(text[at]))
                        at++;

                    // A plain text was looked at above, and numbers are none.
                    if (at < text.Length && text[at] is not ('"' or '-' or '\'' or (>= '0' and <= '9')))
                        Random.Add(name);
                }
                if (at < text.Length && text[at] == '"')
                    return;
                if (at == start)
                    at++;
            }
        }

        private static bool IsOfName(char c) => char.IsLetterOrDigit(c) || c == '_';
    }
}
