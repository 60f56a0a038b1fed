namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>What a provider's keys look like.</summary>
/// <param name="Provider">Whose keys they are, for people.</param>
/// <param name="Prefix">How they begin.</param>
/// <param name="Characters">What follows is made of.</param>
/// <param name="Shortest">The least that follows.</param>
/// <param name="Longest">The most that follows.</param>
internal sealed record KeyFormat(string Provider, string Prefix, KeyCharacters Characters, int Shortest, int Longest = KeyFormat.LongestOfAll)
{
    /// <summary>Where a provider says no more: what is longer is data, and would be looked through again for each prefix within it.</summary>
    private const int LongestOfAll = 320;

    /// <summary>Lengths between the shortest and the longest do not occur.</summary>
    public bool OnlyEnds { get; init; }

    /// <summary>A dash and a digit may follow, which say which of several keys it is.</summary>
    public bool IsNumbered { get; init; }

    /// <summary>A GUID follows, which is not judged by its randomness.</summary>
    public bool IsGuid { get; init; }

    /// <summary>Whether what follows may have a length.</summary>
    public bool Takes(int length) => OnlyEnds ? length == Shortest || length == Longest : length >= Shortest && length <= Longest;
}
