using System.ComponentModel;

namespace KeyedWorkflows.Runtime;

/// <summary>What a step of the graph is.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum StepKind
{
    /// <summary>The author's C#.</summary>
    Code,

    /// <summary>A prompt with an emitted body.</summary>
    Prompt,

    /// <summary>Another workflow, under the same binding.</summary>
    SubWorkflow,

    /// <summary>A condition method that other steps depend on.</summary>
    Condition,
}
