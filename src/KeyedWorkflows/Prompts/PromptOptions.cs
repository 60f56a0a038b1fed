using System.ComponentModel;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Runtime;

/// <summary>The options of a prompt: those of every chat call, and what only a prompt has.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PromptOptions : ChatOptions
{
    /// <summary>Options with their defaults.</summary>
    public PromptOptions()
    {
    }

    private PromptOptions(PromptOptions other)
        : base(other)
    {
        FallbackModel = other.FallbackModel;
        MaxToolRounds = other.MaxToolRounds;
    }

    /// <summary>The model to ask, on the same profile, when the first is not there, over its limit or failing.</summary>
    public string? FallbackModel { get; set; }

    /// <summary>How often the model may be answered with tool results in one call.</summary>
    public int MaxToolRounds { get; set; } = 8;

    /// <inheritdoc/>
    public override ChatOptions Clone() => new PromptOptions(this);
}
