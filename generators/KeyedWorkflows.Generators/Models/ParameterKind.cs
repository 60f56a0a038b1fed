namespace KeyedWorkflows.Generators.Models;

/// <summary>Where a node's parameter comes from.</summary>
internal enum ParameterKind
{
    /// <summary>The input or results of nodes: <see cref="ParameterModel.Sources"/>.</summary>
    Data,

    /// <summary>One element of the sequence that <see cref="ParameterModel.Sources"/> give.</summary>
    ForEachElement,

    /// <summary>Data that a prompt puts in as messages.</summary>
    Messages,
    ChatClient,
    EmbeddingGenerator,
    RunContext,
    CancellationToken,
}
