namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>What a name says of the value that stands beside it.</summary>
internal enum Telling
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>A key, a token, a password: a random value is one.</summary>
    Key,

    /// <summary>Something else that may be random: an identifier, a hash, the name of a key, a value that is made up.</summary>
    Other,
}
