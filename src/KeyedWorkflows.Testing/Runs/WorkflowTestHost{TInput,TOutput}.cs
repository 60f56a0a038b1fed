using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Testing;

/// <summary>A host that runs one workflow with scripted models. Safe for use from several threads; runs do not disturb each other, but share the script.</summary>
/// <typeparam name="TInput">What a run is given.</typeparam>
/// <typeparam name="TOutput">What a run yields.</typeparam>
public sealed class WorkflowTestHost<TInput, TOutput> : IAsyncDisposable
{
    private readonly WorkflowDefinition<TInput, TOutput> _workflow;
    private readonly ServiceProvider _services;
    private readonly WorkflowTransport _transport;

    internal WorkflowTestHost(WorkflowDefinition<TInput, TOutput> workflow, Action<WorkflowsBuilder> configure)
    {
        _workflow = workflow;
        _services = TestServices.Create(workflow, configure);
        _transport = _services.GetRequiredService<WorkflowTransport>();
        Models = _services.GetRequiredService<ScriptedModels>();
    }

    /// <summary>The script: what models answer.</summary>
    public ScriptedModels Models { get; }

    /// <summary>The host's services, such as generated clients.</summary>
    public IServiceProvider Services => _services;

    /// <summary>Begins the script of one step: <c>host.Step("Classify").AnswerJson(new Topic("billing"))</c>. JSON is written as the workflow reads it.</summary>
    /// <param name="name">The step's name; one of a sub-workflow is <c>Parent/Child</c>.</param>
    /// <returns>A rule for what the step asks.</returns>
    /// <exception cref="ArgumentException">The workflow has no such step.</exception>
    public ModelRule Step(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var own = name.Split('/')[0];
        if (!_workflow.Steps.Any(step => step.Name == own))
            throw new ArgumentException($"The workflow '{_workflow.Name}' has no step '{own}'. Its steps are {string.Join(", ", _workflow.Steps.Select(step => step.Name))}.", nameof(name));
        return Models.Add(new ModelRule(request => request.Step == name) { Json = _workflow.Json });
    }

    /// <summary>Runs the workflow without a credential in the call: the input, a chooser, a slot's default or the host's decides.</summary>
    /// <param name="input">The input.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The run, ended. A run that fails is returned too: ask <see cref="WorkflowTestRun{TOutput}.AssertSucceeded"/>, or its output.</returns>
    public Task<WorkflowTestRun<TOutput>> RunAsync(TInput input, CancellationToken cancellationToken = default) => RunAsync(input, RunCredentials.None, null, cancellationToken);

    /// <summary>Runs the workflow without a credential in the call.</summary>
    /// <param name="input">The input.</param>
    /// <param name="options">What the call sets besides.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The run, ended.</returns>
    public Task<WorkflowTestRun<TOutput>> RunAsync(TInput input, RunOptions options, CancellationToken cancellationToken = default) => RunAsync(input, RunCredentials.None, options, cancellationToken);

    /// <summary>Runs the workflow under one credential for all slots.</summary>
    /// <param name="input">The input.</param>
    /// <param name="credential">A profile's name, or another credential. A key is any word: nothing is sent.</param>
    /// <param name="options">What the call sets besides.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The run, ended.</returns>
    public Task<WorkflowTestRun<TOutput>> RunAsync(TInput input, Credential credential, RunOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(input, RunCredentials.For(credential), options, cancellationToken);

    /// <summary>Runs the workflow under a credential for each slot.</summary>
    /// <param name="input">The input.</param>
    /// <param name="credentials">Credentials by slot; slots that are left out are given none.</param>
    /// <param name="options">What the call sets besides.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The run, ended.</returns>
    /// <exception cref="ArgumentException">The workflow has no slot of one of the names.</exception>
    public Task<WorkflowTestRun<TOutput>> RunAsync(TInput input, IReadOnlyDictionary<string, Credential> credentials, RunOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(input, PerSlot(credentials), options, cancellationToken);

    /// <summary>Says which credentials a run would use, and why. Runs no step; a chooser is asked.</summary>
    /// <param name="input">What the run would be given.</param>
    /// <param name="credential">What the call would give; null for nothing.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer.</returns>
    public Task<CredentialExplanation> ExplainAsync(TInput input, Credential? credential = null, CancellationToken cancellationToken = default) =>
        _transport.ExplainAsync(_workflow, input, credential is { } given ? RunCredentials.For(given) : RunCredentials.None, null, cancellationToken);

    /// <summary>Disposes of the host's services.</summary>
    /// <returns>Ends when that is done.</returns>
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<WorkflowTestRun<TOutput>> RunAsync(TInput input, RunCredentials credentials, RunOptions? options, CancellationToken cancellationToken)
    {
        List<WorkflowEvent> events = [];
        try
        {
            await foreach (var happened in _transport.StreamAsync(_workflow, input, credentials, options, cancellationToken).ConfigureAwait(false))
                events.Add(happened);
        }
        catch (Exception error) when (events is [.., RunFailedEvent failed] && ReferenceEquals(failed.Error, error))
        {
            // The run's own failure is what the test asks about.
        }
        var id = events[^1].RunId;
        return new(_workflow, events, [.. Models.Requests.Where(request => request.Site?.RunId == id)]);
    }

    private RunCredentials PerSlot(IReadOnlyDictionary<string, Credential> credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        if (credentials.Keys.FirstOrDefault(name => _workflow.Slots.All(slot => slot.Name != name)) is { } unknown)
            throw new ArgumentException($"The workflow '{_workflow.Name}' has no slot '{unknown}'.", nameof(credentials));
        return RunCredentials.PerSlot([.. _workflow.Slots.Select(slot => credentials.TryGetValue(slot.Name, out var given) ? given : (Credential?)null)]);
    }
}
