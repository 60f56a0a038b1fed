using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Testing;

/// <summary>
/// Makes hosts that run one workflow with scripted models: <c>await using var host = WorkflowTestHost.Create&lt;SupportReply, Ticket, Reply&gt;();</c>
/// </summary>
public static class WorkflowTestHost
{
    /// <summary>
    /// A host of one workflow. Every profile and key in it is answered by <see cref="WorkflowTestHost{TInput,TOutput}.Models"/>, at once and without network; retries wait for nothing. There is a profile
    /// <c>scripted</c>, the host's default, and one for each slot's own <c>Default</c>; others are added with <c>AddScriptedProfile</c>.
    /// </summary>
    /// <typeparam name="TWorkflow">The workflow's class.</typeparam>
    /// <typeparam name="TInput">What a run is given.</typeparam>
    /// <typeparam name="TOutput">What a run yields.</typeparam>
    /// <param name="configure">Adds what the workflow needs: services (<see cref="WorkflowsBuilder.Services"/>), profiles, a configuration of its own (then with its own default).</param>
    /// <returns>The host. Dispose it to dispose of its services.</returns>
    public static WorkflowTestHost<TInput, TOutput> Create<TWorkflow, TInput, TOutput>(Action<WorkflowsBuilder>? configure = null)
        where TWorkflow : IWorkflowClass<TInput, TOutput>
    {
        return new(TWorkflow.Definition, builder =>
        {
            builder.AddWorkflow<TWorkflow>();
            configure?.Invoke(builder);
        });
    }
}
