namespace KeyedWorkflows.Generators.Parsing;

/// <summary>A type that means something to a workflow.</summary>
internal enum KnownType
{
    None,
    Workflow,
    RunContext,
    Secret,
    Credential,
    CancellationToken,
    Task,
    TaskOfT,
    ValueTask,
    ValueTaskOfT,
    AsyncEnumerable,
    List,
    ReadOnlyDictionary,
    ImmutableArray,
    ChatClient,

    /// <summary>The interface without type arguments.</summary>
    AnyEmbeddingGenerator,
    EmbeddingGenerator,
    Embedding,
    ChatOptions,
    ChatMessage,
    AITool,
}
