namespace KeyedWorkflows;

/// <summary>
/// Marks a method as a step. Its parameters say what it needs: the result of the one step that produces the parameter's type, or the input;
/// and <c>IChatClient</c>, <c>IEmbeddingGenerator&lt;string, Embedding&lt;float&gt;&gt;</c>, <see cref="RunContext"/> and <see cref="CancellationToken"/> from the run.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public class StepAttribute : Attribute
{
    /// <summary>The condition method: the step runs only if it answers true, or answers <see cref="Is"/>.</summary>
    public string? When { get; set; }

    /// <summary>The condition method: the step runs only if it answers false.</summary>
    public string? Unless { get; set; }

    /// <summary>With <see cref="When"/>: the answer (an enum constant, a string, a number or a Boolean) for which the step runs.</summary>
    public object? Is { get; set; }

    /// <summary>With <see cref="When"/>: the step runs for every answer that no other step of the same condition names in <see cref="Is"/>.</summary>
    public bool Otherwise { get; set; }

    /// <summary>Steps that must have ended (or been skipped) before this one starts, though it takes no data from them.</summary>
    public string[]? After { get; set; }

    /// <summary>The step's failure counts as an absent result, and the run ends <see cref="RunStatus.PartialSucceeded"/>.</summary>
    public bool Optional { get; set; }

    /// <summary>
    /// How often the step may be tried for what the model-call policy does not retry: output that does not parse, a time-out of the step.
    /// Default: 2 for a prompt that returns a typed object, otherwise 1.
    /// </summary>
    public int Attempts { get; set; }

    /// <summary>How long one attempt may take, in seconds. 0: no limit of its own.</summary>
    public int TimeoutSeconds { get; set; }

    /// <summary>
    /// How many requests to a model the step may make over all its attempts, the policy's retries included. Default: 6, and <see cref="PromptAttribute.MaxToolRounds"/>
    /// more for a prompt that offers tools.
    /// </summary>
    public int MaxCalls { get; set; }
}
