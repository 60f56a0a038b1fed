namespace KeyedWorkflows.Generators.Models;

/// <summary>What a node of the graph is.</summary>
internal enum NodeKind
{
    /// <summary>A method marked <c>[Step]</c>.</summary>
    Code,

    /// <summary>A partial method marked <c>[Prompt]</c>.</summary>
    Prompt,

    /// <summary>A partial method marked <c>[SubWorkflow]</c>.</summary>
    SubWorkflow,

    /// <summary>A method that is no step, named by <c>When</c> or <c>Unless</c>.</summary>
    Condition,
}
