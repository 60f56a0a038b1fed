namespace KeyedWorkflows;

/// <summary>
/// Marks a partial method whose body is generated: it renders the template, calls the model, and returns text, a typed object (structured output) or a
/// stream of text. A placeholder is <c>{{parameter.Member}}</c>, or <c>{{parameter.Member?}}</c> where the value may be null; <c>\{{</c> is literal.
/// Placeholders are checked at build and filled in one pass: inserted text is never expanded again.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class PromptAttribute : StepAttribute
{
    /// <summary>A prompt whose texts are named in <see cref="System"/>, <see cref="User"/> or <see cref="File"/>.</summary>
    public PromptAttribute()
    {
    }

    /// <summary>A prompt of one user message.</summary>
    /// <param name="user">The template of the user message.</param>
    public PromptAttribute(string user) => User = user;

    /// <summary>The template of the system message.</summary>
    public string? System { get; set; }

    /// <summary>The template of the user message.</summary>
    public string? User { get; set; }

    /// <summary>
    /// The user message's template as a file of the project, by its path from the project's folder, such as <c>prompts/draft.md</c>. A file that has the
    /// lines <c># system</c> and <c># user</c> holds both messages. It is compiled into the workflow.
    /// </summary>
    public string? File { get; set; }

    /// <summary>Not a step of the graph, but a typed prompt function that steps may call; its events and usage belong to the calling step.</summary>
    public bool Inline { get; set; }

    /// <summary>Names of <see cref="ToolAttribute"/> methods, or of properties of <c>IEnumerable&lt;AITool&gt;</c>, that the model may call.</summary>
    public string[]? Tools { get; set; }

    /// <summary>How often the model may be answered with tool results in one call. Default 8.</summary>
    public int MaxToolRounds { get; set; } = 8;

    /// <summary>The model to ask. Default: the slot's.</summary>
    public string? Model { get; set; }

    /// <summary>The model to ask, on the same profile, when the first is not there, over its limit or failing.</summary>
    public string? FallbackModel { get; set; }

    /// <summary>The sampling temperature. Left out: the provider's default.</summary>
    public double Temperature { get; set; }

    /// <summary>The nucleus sampling mass. Left out: the provider's default.</summary>
    public double TopP { get; set; }

    /// <summary>The most tokens that the answer may have. Left out: the provider's default. An answer that is cut off fails with <see cref="WorkflowErrorCodes.OutputTruncated"/>.</summary>
    public int MaxOutputTokens { get; set; }

    /// <summary>The seed for sampling. Left out: none.</summary>
    public long Seed { get; set; }

    /// <summary>How much the model may think before it answers. Left out: the provider's default.</summary>
    public Microsoft.Extensions.AI.ReasoningEffort ReasoningEffort { get; set; }

    /// <summary>The name of a method <c>void Edit(ChatOptions options)</c> of the class, called before each call of the model. It may also take parameters of the prompt, by name.</summary>
    public string? ConfigureOptions { get; set; }

    /// <summary>Lets a parameter of <c>IEnumerable&lt;ChatMessage&gt;</c> bring system and tool messages. Off by default: such a message from outside would be obeyed like the author's own.</summary>
    public bool AllowSystemMessages { get; set; }
}
