namespace KeyedWorkflows.Storage;

/// <summary>The name of a node, held by this process until it is disposed of. For one thread at a time.</summary>
internal interface INodeLock : IDisposable
{
    /// <summary>Whether it is still held: a connection may break.</summary>
    bool IsHeld();
}
