using System.Security.Cryptography;

namespace KeyedWorkflows;

/// <summary>Marks and compares the revisions of profiles.</summary>
internal static class ProfileRevision
{
    /// <summary>A random mark: a revision that is written twice, or restored from a copy, never meets a client that was cached for another.</summary>
    public static string New() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Whether two profiles say the same but for their revision.</summary>
    public static bool SameContent(StoredProfile left, StoredProfile right) =>
        left == right with { Revision = left.Revision, Headers = left.Headers, Models = left.Models, Labels = left.Labels }
        && SameEntries(left.Headers, right.Headers) && SameEntries(left.Models, right.Models) && SameEntries(left.Labels, right.Labels);

    private static bool SameEntries<T>(IReadOnlyDictionary<string, T> left, IReadOnlyDictionary<string, T> right)
        where T : IEquatable<T>
    {
        if (left.Count != right.Count)
            return false;
        foreach (var (name, value) in left)
        {
            if (!right.TryGetValue(name, out var other) || !value.Equals(other))
                return false;
        }
        return true;
    }
}
