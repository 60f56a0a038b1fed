using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Testing;

/// <summary>The isolation proof for a workflow of your own.</summary>
public static class WorkflowIsolation
{
    /// <summary>
    /// Runs a workflow many times at once under many profiles and keys, against a model server on loopback, while requests fail and keys are replaced; and checks that each request carried the key of the run
    /// that made it, and that no text of one client reached another. Nothing is sent anywhere else.
    /// </summary>
    /// <typeparam name="TWorkflow">The workflow's class.</typeparam>
    /// <param name="configure">Sets how it is tried, and adds the services that the workflow needs.</param>
    /// <param name="cancellationToken">Ends the proof.</param>
    /// <returns>What was seen.</returns>
    /// <exception cref="WorkflowIsolationException">A run reached into another; or no run succeeded, or none asked a model, so that nothing was proved.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or does not fit the workflow; or the workflow has no slot.</exception>
    public static async Task<IsolationResult> VerifyAsync<TWorkflow>(Action<IsolationOptions>? configure = null, CancellationToken cancellationToken = default)
        where TWorkflow : IWorkflowClass
    {
        IsolationOptions options = new();
        configure?.Invoke(options);
        options.Check();
        if (TWorkflow.Definition.Slots.Count == 0)
            throw new ArgumentException($"The workflow '{TWorkflow.Definition.Name}' declares no credential profile: it asks no model, and there is nothing to keep apart.", nameof(configure));
        var trial = await IsolationTrial.StartAsync(TWorkflow.Definition, options, cancellationToken).ConfigureAwait(false);
        await using (trial.ConfigureAwait(false))
        {
            var result = await trial.RunAsync(cancellationToken).ConfigureAwait(false);
            return result is { LeakCount: 0, HasProved: true } ? result : throw new WorkflowIsolationException(result);
        }
    }
}
