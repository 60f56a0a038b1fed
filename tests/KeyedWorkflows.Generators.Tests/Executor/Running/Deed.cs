namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>What a node does when it is called.</summary>
internal enum Deed
{
    /// <summary>It returns a result.</summary>
    Return,

    /// <summary>It returns null, where its type may hold null.</summary>
    ReturnNull,

    /// <summary>It throws.</summary>
    Throw,
}
