using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

internal delegate void SelectionReader<in TInput>(TInput input, ref InputSelections selections);

internal delegate void InputCheck<in TInput>(TInput input, ref InputValidator validator);

/// <summary>An executor in the shape in which the generator emits it. What differs from workflow to workflow is given by the test.</summary>
internal sealed class TestExecutor<TWorkflow, TInput, TOutput>(WorkflowDescription description) : WorkflowExecutor<TWorkflow, TInput, TOutput>(description)
    where TWorkflow : class
{
    public required Func<IServiceProvider, TWorkflow> Create { get; init; }

    public required Func<TWorkflow, Emitted, TInput, Task<TOutput>> Body { get; init; }

    public bool TakesServices { get; init; }

    public SelectionReader<TInput>? Selects { get; init; }

    public InputCheck<TInput>? Checks { get; init; }

    public Func<TWorkflow, TInput, RunContext, CancellationToken, ValueTask<Credential>>? Chooses { get; init; }

    protected override bool NeedsServices => TakesServices;

    protected override TWorkflow CreateWorkflow(IServiceProvider services) => Create(services);

    protected override void ReadSelections(TInput input, ref InputSelections selections) => Selects?.Invoke(input, ref selections);

    protected override void Validate(TInput input, ref InputValidator validator) => Checks?.Invoke(input, ref validator);

    protected override ValueTask<Credential> ChooseAsync(TWorkflow workflow, int slot, TInput input, RunContext run, CancellationToken ct) => Chooses!(workflow, input, run, ct);

    protected override async Task<TOutput> ExecuteAsync(TWorkflow workflow, WorkflowRun run, TInput input, CancellationToken cancellationToken)
    {
        var emitted = new Emitted(run, cancellationToken);
        try
        {
            return await Body(workflow, emitted, input);
        }
        catch (Exception error)
        {
            throw run.Fail(emitted.Step, error);
        }
    }
}
