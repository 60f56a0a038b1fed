using System.ComponentModel;
using System.Text.Json;

namespace KeyedWorkflows.Runtime;

/// <summary>What the generator read of a workflow.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record WorkflowDescription
{
    /// <summary>The workflow's name.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for people.</summary>
    public string? Description { get; init; }

    /// <summary>The author's version.</summary>
    public string? Version { get; init; }

    /// <summary>How long a run may take, in seconds. 0: no limit.</summary>
    public int TimeoutSeconds { get; init; }

    /// <summary>How many tokens a run may use. 0: no limit.</summary>
    public long MaxTokens { get; init; }

    /// <summary>How many model calls a run may make. 0: no limit.</summary>
    public int MaxCalls { get; init; }

    /// <summary>Whether the slots of one run may resolve to profiles of two tenants.</summary>
    public bool AllowMixedTenants { get; init; }

    /// <summary>The slots, in the order of their declaration.</summary>
    public required IReadOnlyList<SlotDefinition> Slots { get; init; }

    /// <summary>The steps, in the order of their declaration, then the conditions.</summary>
    public required IReadOnlyList<StepDefinition> Steps { get; init; }

    /// <summary>The graph, as Mermaid.</summary>
    public required string Mermaid { get; init; }

    /// <summary>A mark of the graph: steps, types and edges.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The JSON metadata of the workflow's types, made when first asked for: <c>static () =&gt; WorkflowJson.Of(AppJson.Default)</c>. Null: by reflection.</summary>
    public Func<JsonSerializerOptions>? Json { get; init; }
}
