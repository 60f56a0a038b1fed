namespace KeyedWorkflows.KeyCorpus.Cases;

/// <summary>What the surroundings say of a value.</summary>
internal enum Context
{
    /// <summary>A name or a known type says that it is a key.</summary>
    Telling,

    /// <summary>Nothing: only a provider's format with a prefix is a key here.</summary>
    None,

    /// <summary>As <see cref="Telling"/>, within a larger text: formats of providers only.</summary>
    Formats,

    /// <summary>As <see cref="Formats"/>, without characters that a URL escapes.</summary>
    Url,
}
