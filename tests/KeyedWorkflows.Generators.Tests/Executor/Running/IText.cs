namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>A result of a drawn workflow: its text says which step made it, and of what.</summary>
public interface IText
{
    /// <summary>Which step made it, and of what.</summary>
    string Text { get; }
}
