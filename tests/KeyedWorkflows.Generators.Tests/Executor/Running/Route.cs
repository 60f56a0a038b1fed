namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>What a routing condition answers. No step names <see cref="Grey"/>.</summary>
public enum Route
{
    /// <summary>An answer that steps name.</summary>
    Red,

    /// <summary>An answer that steps name.</summary>
    Green,

    /// <summary>An answer that steps name.</summary>
    Blue,

    /// <summary>An answer that is left to "otherwise".</summary>
    Grey,
}
