using System.ComponentModel;
using System.Text.Json;

namespace KeyedWorkflows.Runtime;

/// <summary>A workflow as the runtime knows it: its description, and the executor that the generator emitted. One instance a class, safe to share.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class WorkflowDefinition
{
    private readonly WorkflowDescription description;
    private readonly SlotDefinition[] slots;
    private readonly StepDefinition[] steps;
    private JsonSerializerOptions? json;

    private protected WorkflowDefinition(WorkflowDescription description)
    {
        this.description = description;
        slots = [.. description.Slots];
        steps = [.. description.Steps];
        HasChooser = slots.Any(static slot => slot.HasChooser);
        HasSelectingInput = slots.Any(static slot => slot.HasSelectingInput);
    }

    /// <summary>The workflow's name.</summary>
    public string Name => description.Name;

    /// <summary>One sentence for people.</summary>
    public string? Description => description.Description;

    /// <summary>The author's version.</summary>
    public string? Version => description.Version;

    /// <summary>How long a run may take, in seconds. 0: no limit.</summary>
    public int TimeoutSeconds => description.TimeoutSeconds;

    /// <summary>How many tokens a run may use. 0: no limit.</summary>
    public long MaxTokens => description.MaxTokens;

    /// <summary>How many model calls a run may make. 0: no limit.</summary>
    public int MaxCalls => description.MaxCalls;

    /// <summary>Whether the slots of one run may resolve to profiles of two tenants.</summary>
    public bool AllowMixedTenants => description.AllowMixedTenants;

    /// <summary>The slots, in the order of their declaration.</summary>
    public IReadOnlyList<SlotDefinition> Slots => slots;

    /// <summary>The steps, in the order of their declaration, then the conditions.</summary>
    public IReadOnlyList<StepDefinition> Steps => steps;

    /// <summary>The graph, as Mermaid.</summary>
    public string Mermaid => description.Mermaid;

    /// <summary>A mark of the graph: steps, types and edges.</summary>
    public string Fingerprint => description.Fingerprint;

    /// <summary>The author's class.</summary>
    public abstract Type WorkflowType { get; }

    /// <summary>What a run is given.</summary>
    public abstract Type InputType { get; }

    /// <summary>What a run yields.</summary>
    public abstract Type OutputType { get; }

    /// <summary>How the workflow's types are read and written as JSON.</summary>
    public JsonSerializerOptions Json => json ??= description.Json?.Invoke() ?? WorkflowJson.Reflection;

    internal bool HasChooser { get; }

    internal bool HasSelectingInput { get; }

    internal int SlotCount => slots.Length;

    internal SlotDefinition SlotAt(int slot) => slots[slot];

    internal StepDefinition StepAt(int step) => steps[step];

    /// <summary>The workflow of a class. Emitted clients ask here, because the class shows its emitted half to nobody else.</summary>
    /// <typeparam name="TWorkflow">The author's class.</typeparam>
    /// <typeparam name="TInput">What a run is given.</typeparam>
    /// <typeparam name="TOutput">What a run yields.</typeparam>
    /// <returns>The workflow.</returns>
    public static WorkflowDefinition<TInput, TOutput> Of<TWorkflow, TInput, TOutput>()
        where TWorkflow : IWorkflowClass<TInput, TOutput> => TWorkflow.Definition;

    /// <summary>Runs the workflow where its types are not known to the compiler.</summary>
    /// <param name="transport">How it is reached.</param>
    /// <param name="input">The input: of <see cref="InputType"/>.</param>
    /// <param name="credentials">What the call gives.</param>
    /// <param name="options">What the call sets besides.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The output: of <see cref="OutputType"/>.</returns>
    internal abstract Task<object?> RunAsync(WorkflowTransport transport, object input, RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken);

    /// <summary>Binds and runs, where the workflow's types are not known to the compiler. Everything that goes wrong is in the task.</summary>
    /// <param name="run">The run.</param>
    /// <param name="input">The input: of <see cref="InputType"/>.</param>
    /// <param name="credentials">What the call gives.</param>
    /// <returns>The output: of <see cref="OutputType"/>.</returns>
    internal abstract Task<object?> StartAsync(WorkflowRun run, object input, in RunCredentials credentials);

    /// <summary>Says which credentials a run would use, where the workflow's types are not known to the compiler.</summary>
    internal abstract Task<CredentialExplanation> ExplainAsync(WorkflowRun run, object input, RunCredentials credentials);

    /// <summary>The workflow's name.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => Name;
}
