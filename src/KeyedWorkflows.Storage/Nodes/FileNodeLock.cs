namespace KeyedWorkflows.Storage;

/// <summary>A file that nobody else can open as long as this process has it open.</summary>
internal sealed class FileNodeLock(FileStream file) : INodeLock
{
    public bool IsHeld() => true;

    public void Dispose() => file.Dispose();
}
