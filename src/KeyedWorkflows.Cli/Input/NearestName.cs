namespace KeyedWorkflows.Cli.Input;

/// <summary>Finds the name that was meant. Only an operator is told, who may see them all.</summary>
internal static class NearestName
{
    /// <returns>The nearest of the names, if one is near.</returns>
    public static string? Of(string given, IEnumerable<string> names)
    {
        var most = Math.Max(1, given.Length / 3);
        return names.Select(name => (Name: name, Distance: Distance(given, name, most))).Where(found => found.Distance <= most).OrderBy(static found => found.Distance).ThenBy(static found => found.Name, StringComparer.Ordinal).FirstOrDefault().Name;
    }

    /// <summary>How many characters have to be put in, taken out or changed; more than <paramref name="most"/> where it is more than that.</summary>
    private static int Distance(string one, string other, int most)
    {
        if (Math.Abs(one.Length - other.Length) > most)
            return most + 1;
        var above = new int[other.Length + 1];
        for (var column = 0; column <= other.Length; column++)
            above[column] = column;
        for (var row = 1; row <= one.Length; row++)
        {
            var diagonal = above[0];
            above[0] = row;
            for (var column = 1; column <= other.Length; column++)
            {
                var here = Math.Min(Math.Min(above[column], above[column - 1]) + 1, diagonal + (one[row - 1] == other[column - 1] ? 0 : 1));
                diagonal = above[column];
                above[column] = here;
            }
        }
        return above[^1];
    }
}
