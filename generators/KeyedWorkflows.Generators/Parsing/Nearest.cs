using KeyedWorkflows.Generators.Graph;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Guesses which name was meant. Only names of the author's own members and slots are put into a message, never the one that was written: it may be a key.</summary>
internal static class Nearest
{
    /// <summary><c>Did you mean `IsUrgent`?</c>; where nothing is near, what there is; empty where there is nothing.</summary>
    /// <param name="written">The name that means nothing.</param>
    /// <param name="candidates">The names that would fit.</param>
    public static string Offer(string written, IReadOnlyCollection<string> candidates)
    {
        if (Of(written, candidates) is { } near)
            return $" Did you mean `{near}`?";
        if (candidates.Count == 0)
            return "";
        var names = new List<string>(candidates.Count);
        foreach (var candidate in candidates)
            names.Add(Wording.Code(candidate));
        return $" There {(names.Count == 1 ? "is" : "are")} {Wording.List(names)}.";
    }

    /// <summary>The only name that is near; null where none is, or several are as near.</summary>
    public static string? Of(string written, IReadOnlyCollection<string> candidates)
    {
        const int most = 64;
        if (written.Length is 0 or > most)
            return null;
        string? best = null;
        var least = int.MaxValue;
        foreach (var candidate in candidates)
        {
            // A third of the letters may be wrong: more is another word.
            var distance = candidate.Length > most ? int.MaxValue : Distance(written, candidate);
            if (distance > Math.Max(1, Math.Min(written.Length, candidate.Length) / 3) || distance > least)
                continue;
            best = distance < least ? candidate : null;
            least = distance;
        }
        return best;
    }

    /// <summary>How many letters must be put in, left out, replaced or swapped with the next; case does not count.</summary>
    private static int Distance(string one, string other)
    {
        var before = new int[other.Length + 1];
        var last = new int[other.Length + 1];
        for (var j = 0; j <= other.Length; j++)
            last[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            var current = new int[other.Length + 1];
            current[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                current[j] = Math.Min(Math.Min(current[j - 1], last[j]) + 1, last[j - 1] + (Same(one[i - 1], other[j - 1]) ? 0 : 1));
                if (i > 1 && j > 1 && Same(one[i - 1], other[j - 2]) && Same(one[i - 2], other[j - 1]))
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
            }
            (before, last) = (last, current);
        }
        return last[other.Length];
    }

    private static bool Same(char one, char other) => char.ToUpperInvariant(one) == char.ToUpperInvariant(other);
}
