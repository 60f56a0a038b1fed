using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Credentials;

/// <summary>A workflow that is nothing but its slots, and the step that a test gives it.</summary>
internal sealed class SketchWorkflow(WorkflowDescription description, Func<WorkflowRun, string, CancellationToken, Task<string>>? body = null) : WorkflowExecutor<object, string, string>(description)
{
    public static SlotDefinition Slot(string name = "main", string? provider = "openai", string? @default = null, bool hasChooser = false, string? model = "model-1") => new()
    {
        Name = name,
        Providers = provider is null ? [] : provider.Split('|'),
        Default = @default,
        HasChooser = hasChooser,
        Model = model,
        NeedsModel = true,
        IsUsed = true,
    };

    public static SketchWorkflow Of(params SlotDefinition[] slots) => new(Describe(slots));

    public static SketchWorkflow Mixed(params SlotDefinition[] slots) => new(Describe(slots) with { AllowMixedTenants = true });

    public static WorkflowDescription Describe(params SlotDefinition[] slots) => new()
    {
        Name = "sketch",
        Slots = slots,
        Steps = [new StepDefinition { Name = "Ask", Index = 0, Kind = StepKind.Code, MaxCalls = 0 }],
        Mermaid = "",
        Fingerprint = "",
    };

    protected override object CreateWorkflow(IServiceProvider services) => new();

    protected override Task<string> ExecuteAsync(object workflow, WorkflowRun run, string input, CancellationToken cancellationToken) =>
        body is null ? Task.FromResult(input) : body(run, input, cancellationToken);
}
