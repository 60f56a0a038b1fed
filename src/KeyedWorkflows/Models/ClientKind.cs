namespace KeyedWorkflows;

/// <summary>What a provider's client does.</summary>
internal enum ClientKind
{
    /// <summary>It answers messages.</summary>
    Chat,

    /// <summary>It turns texts into vectors.</summary>
    Embeddings,
}
