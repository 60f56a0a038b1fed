using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Runtime;

/// <summary>The base of emitted executors: checks the input, binds, creates the author's class, runs, and lets everything go.</summary>
/// <typeparam name="TWorkflow">The author's class.</typeparam>
/// <typeparam name="TInput">What a run is given.</typeparam>
/// <typeparam name="TOutput">What a run yields.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class WorkflowExecutor<TWorkflow, TInput, TOutput> : WorkflowDefinition<TInput, TOutput>
    where TWorkflow : class
{
    // Not static: the statics of a generic class are looked up at every use.
    private readonly bool isDisposable = typeof(TWorkflow).IsAssignableTo(typeof(IDisposable)) || typeof(TWorkflow).IsAssignableTo(typeof(IAsyncDisposable)) || !typeof(TWorkflow).IsSealed;

    /// <summary>Makes the executor.</summary>
    /// <param name="description">What the generator read.</param>
    [SuppressMessage("ApiDesign", "RS0022:Constructor make noninheritable base class inheritable", Justification = "Executors are emitted into the author's assembly.")]
    protected WorkflowExecutor(WorkflowDescription description)
        : base(description)
    {
    }

    /// <inheritdoc/>
    public sealed override Type WorkflowType => typeof(TWorkflow);

    /// <summary>Whether the constructor takes services: then a run has a scope of its own.</summary>
    protected virtual bool NeedsServices => false;

    /// <summary>Creates the author's class.</summary>
    /// <param name="services">The services of the run.</param>
    /// <returns>An instance for one run.</returns>
    protected abstract TWorkflow CreateWorkflow(IServiceProvider services);

    /// <summary>Reads what the input selects.</summary>
    /// <param name="input">The input.</param>
    /// <param name="selections">Takes the selections up.</param>
    protected virtual void ReadSelections(TInput input, ref InputSelections selections)
    {
    }

    /// <summary>Checks the input by its data annotations.</summary>
    /// <param name="input">The input.</param>
    /// <param name="validator">Takes the errors up.</param>
    protected virtual void Validate(TInput input, ref InputValidator validator)
    {
    }

    /// <summary>Asks the chooser of a slot.</summary>
    /// <param name="workflow">The author's class.</param>
    /// <param name="slot">The slot's number.</param>
    /// <param name="input">The input.</param>
    /// <param name="run">The run.</param>
    /// <param name="ct">The run's token.</param>
    /// <returns>The credential; <see cref="Credential.Unspecified"/> for the next rule.</returns>
    protected virtual ValueTask<Credential> ChooseAsync(TWorkflow workflow, int slot, TInput input, RunContext run, CancellationToken ct) => new(Credential.Unspecified);

    /// <summary>Runs the steps.</summary>
    /// <param name="workflow">The author's class.</param>
    /// <param name="run">The run.</param>
    /// <param name="input">The input.</param>
    /// <param name="cancellationToken">The run's token.</param>
    /// <returns>The output. What goes wrong was mapped by <see cref="WorkflowRun.Fail"/>.</returns>
    protected abstract Task<TOutput> ExecuteAsync(TWorkflow workflow, WorkflowRun run, TInput input, CancellationToken cancellationToken);

    internal sealed override Task<TOutput> StartAsync(WorkflowRun run, TInput input, in RunCredentials credentials, RunBinding? carried)
    {
        // The common run tells nobody, and has nothing to wait for before its first step: it goes there without a state of its own. What waits is not inlined, because
        // its state would be cleared here, on every run.
        if (run.IsManaged || HasChooser)
            return RunAsync(run, input, credentials, carried);
        try
        {
            CheckInput(run, input);
            if (carried is not null)
            {
                run.Bind(carried);
                return StartSteps(run, input);
            }
            var binding = BindAsync(run, input, credentials, null);
            if (!binding.IsCompletedSuccessfully)
                return BindAndExecuteAsync(binding, run, input);
            run.Bind(binding.Result);
            return run.Binding.HasKeys || run.NeedsAdmission ? BindAndExecuteAsync(new(run.Binding), run, input) : StartSteps(run, input);
        }
        catch (Exception error)
        {
            return Failed(run.Refuse(error));
        }
    }

    internal sealed override async Task<CredentialExplanation> ExplainAsync(WorkflowRun run, TInput input, RunCredentials credentials)
    {
        IServiceScope? scope = null;
        TWorkflow? workflow = null;
        try
        {
            run.Token.ThrowIfCancellationRequested();
            if (FindErrors(run, input) is { } invalid)
                return new() { Workflow = Name, CanRun = false, Slots = [], ErrorCode = WorkflowErrorCodes.InvalidInput, Error = invalid };
            if (HasChooser)
            {
                scope = OpenScope(run);
                workflow = Create(run, scope?.ServiceProvider ?? run.Host.Services);
            }
            return await run.Host.Binder.ExplainAsync(this, RequestOf(run, input, credentials, workflow), run.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            throw run.Refuse(error);
        }
        finally
        {
            run.End();
            await ReleaseAsync(workflow, scope).ConfigureAwait(false);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<TOutput> BindAndExecuteAsync(ValueTask<RunBinding> binding, WorkflowRun run, TInput input)
    {
        try
        {
            run.Bind(await binding.ConfigureAwait(false));
            if (run.NeedsAdmission)
                await run.AdmitAsync().ConfigureAwait(false);
            return await StartSteps(run, input).ConfigureAwait(false);
        }
        catch (Exception error) when (!run.IsMapped(error))
        {
            throw run.Refuse(error);
        }
        finally
        {
            run.LetGo();
        }
    }

    /// <summary>Runs the steps of a bound run. Where there is nothing to let go, the executor's task is the run's.</summary>
    private Task<TOutput> StartSteps(WorkflowRun run, TInput input)
    {
        IServiceScope? scope = null;
        TWorkflow? workflow = null;
        Task<TOutput> steps;
        try
        {
            // Not Create: a method that catches is called, and this one catches already.
            scope = OpenScope(run);
            workflow = CreateWorkflow(scope?.ServiceProvider ?? run.Host.Services);
            steps = ExecuteAsync(workflow, run, input, run.Token);
        }
        catch (Exception error)
        {
            // Only creation is there to throw: what goes wrong in a step lies in the task.
            steps = Failed(NotCreated(run, error));
        }
        if (scope is null && !isDisposable)
            return steps;
        if (!steps.IsCompletedSuccessfully)
            return ReleaseAfterAsync(steps, run, workflow, scope);
        var release = ReleaseAsync(workflow, scope);
        return release.IsCompletedSuccessfully ? steps : ReleasedAsync(steps, release, run);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<TOutput> RunAsync(WorkflowRun run, TInput input, RunCredentials credentials, RunBinding? carried)
    {
        IServiceScope? scope = null;
        TWorkflow? workflow = null;
        Exception? failure = null;
        TOutput output = default!;
        Task<TOutput> steps;
        run.Trace?.RunStarts(run);
        try
        {
            CheckInput(run, input);
            if (HasChooser && carried is null)
            {
                // The chooser is a method of the class: only here is the class there before the binding.
                scope = OpenScope(run);
                workflow = Create(run, scope?.ServiceProvider ?? run.Host.Services);
            }
            run.Bind(carried ?? await BindAsync(run, input, credentials, workflow).ConfigureAwait(false));
            if (run.NeedsAdmission)
                await run.AdmitAsync().ConfigureAwait(false);
            await run.AskToStartAsync().ConfigureAwait(false);
            run.TellRunStarted();
            await run.AskToGoOnAsync().ConfigureAwait(false);
            if (workflow is null)
            {
                scope = OpenScope(run);
                workflow = Create(run, scope?.ServiceProvider ?? run.Host.Services);
            }
            steps = ExecuteAsync(workflow, run, input, run.Token);
        }
        catch (Exception error)
        {
            steps = Failed(run.Refuse(error));
        }

        try
        {
            output = await ReleaseAfterAsync(steps, run, workflow, scope).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failure = error;
        }
        run.End();
        if (carried is null)
            run.LetGo();
        if (failure is not null)
        {
            run.TellRunFailed(failure);
            ExceptionDispatchInfo.Throw(failure);
        }
        run.TellRunFinished(output);
        return output;
    }

    /// <summary>Lets the class and its scope go when the last step has ended.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<TOutput> ReleaseAfterAsync(Task<TOutput> steps, WorkflowRun run, TWorkflow? workflow, IServiceScope? scope)
    {
        Exception? failure = null;
        TOutput output = default!;
        try
        {
            output = await steps.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failure = run.Refuse(error);
        }

        try
        {
            await ReleaseAsync(workflow, scope).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // What went wrong first is what the caller has to know.
            failure ??= FailedRelease(run, error);
        }
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        return output;
    }

    /// <summary>The output of steps that have ended, when what was begun to be let go is gone.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<TOutput> ReleasedAsync(Task<TOutput> steps, ValueTask release, WorkflowRun run)
    {
        try
        {
            await release.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            throw FailedRelease(run, error);
        }
        return await steps.ConfigureAwait(false);
    }

    private static WorkflowRunException FailedRelease(WorkflowRun run, Exception error) =>
        run.Refusal(WorkflowErrorCodes.StepFailed, $"Disposing of the workflow or its services threw {error.GetType().Name}. See the inner exception.", error);

    private ValueTask<RunBinding> BindAsync(WorkflowRun run, TInput input, in RunCredentials credentials, TWorkflow? workflow)
    {
        if (SlotCount == 0 && !credentials.IsGiven && run.Options.Tenant is null && run.Caller.PinnedTenant is null)
            return new(RunBinding.Empty);
        return run.Host.Binder.BindAsync(this, RequestOf(run, input, credentials, workflow), run.Token);
    }

    private BindRequest RequestOf(WorkflowRun run, TInput input, in RunCredentials credentials, TWorkflow? workflow)
    {
        var selections = default(InputSelections);
        if (HasSelectingInput)
            ReadSelections(input, ref selections);
        return new()
        {
            Credentials = credentials,
            Selections = selections,
            Chooser = workflow is null || !HasChooser ? null : ChooserOf(workflow, input, run),
            Tenant = run.Options.Tenant,
            Caller = run.Caller,
        };
    }

    // A method of its own: what a lambda captures is allocated where its method begins, for runs without chooser too.
    private Func<int, CancellationToken, ValueTask<Credential>> ChooserOf(TWorkflow workflow, TInput input, WorkflowRun run) => (slot, ct) => AskChooserAsync(workflow, slot, input, run, ct);

    private async ValueTask<Credential> AskChooserAsync(TWorkflow workflow, int slot, TInput input, WorkflowRun run, CancellationToken ct)
    {
        try
        {
            return await ChooseAsync(workflow, slot, input, run, ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            throw run.Refusal(WorkflowErrorCodes.StepFailed, $"The method that chooses the credential of slot '{SlotAt(slot).Name}' threw {error.GetType().Name}. See the inner exception.", WithoutKeysOf(input).Scrub(error));
        }
    }

    /// <summary>Before the run is bound, the author's code has seen no keys but those of the input.</summary>
    private SecretScrubber WithoutKeysOf(TInput input)
    {
        var selections = default(InputSelections);
        if (HasSelectingInput)
            ReadSelections(input, ref selections);
        List<Secret?> keys = [];
        foreach (var selection in selections.Given)
            keys.Add(selection.Credential.Key);
        return new(keys);
    }

    private IServiceScope? OpenScope(WorkflowRun run) => NeedsServices ? run.Host.Scopes.CreateScope() : null;

    private TWorkflow Create(WorkflowRun run, IServiceProvider services)
    {
        try
        {
            return CreateWorkflow(services);
        }
        catch (Exception error)
        {
            throw NotCreated(run, error);
        }
    }

    /// <summary>The container's own words name the service that is missing, and nothing else. Those of a constructor or a factory may hold a password of the host's.</summary>
    private WorkflowRunException NotCreated(WorkflowRun run, Exception error)
    {
        var why = error is InvalidOperationException { Source: { } source } && source.StartsWith("Microsoft.Extensions.DependencyInjection", StringComparison.Ordinal)
            ? error.Message + " Register the services that its constructor takes."
            : $"{error.GetType().Name} was thrown. See the inner exception.";
        return run.Refusal(WorkflowErrorCodes.HostMisconfigured, $"The workflow '{Name}' could not be created: {why}", error);
    }

    private void CheckInput(WorkflowRun run, TInput input)
    {
        run.Token.ThrowIfCancellationRequested();
        if (FindErrors(run, input) is { } errors)
            throw run.Refusal(WorkflowErrorCodes.InvalidInput, errors);
    }

    private string? FindErrors(WorkflowRun run, TInput input)
    {
        if (input is null)
            return $"The input of workflow '{Name}' is null.";
        if (run.Options.FirstFault is { } fault)
            return fault;
        var validator = new InputValidator(input, run.Host.Services);
        try
        {
            Validate(input, ref validator);
            validator.CheckItself();
        }
        catch (Exception error)
        {
            throw run.Refusal(WorkflowErrorCodes.StepFailed, $"The input's own validation threw {error.GetType().Name}. See the inner exception.", WithoutKeysOf(input).Scrub(error));
        }
        return validator.Errors is { } errors ? $"The input of workflow '{Name}' is not valid. {WithoutKeysOf(input).Scrub(errors)}" : null;
    }

    private ValueTask ReleaseAsync(TWorkflow? workflow, IServiceScope? scope)
    {
        if (isDisposable)
            return DisposeAsync(workflow, scope);
        try
        {
            return DisposeScopeAsync(scope);
        }
        catch (Exception error)
        {
            return ValueTask.FromException(error);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async ValueTask DisposeAsync(TWorkflow? workflow, IServiceScope? scope)
    {
        try
        {
            if (workflow is IAsyncDisposable later)
                await later.DisposeAsync().ConfigureAwait(false);
            else if (workflow is IDisposable now)
                now.Dispose();
        }
        finally
        {
            await DisposeScopeAsync(scope).ConfigureAwait(false);
        }
    }

    private static ValueTask DisposeScopeAsync(IServiceScope? scope)
    {
        if (scope is IAsyncDisposable later)
            return later.DisposeAsync();
        scope?.Dispose();
        return default;
    }

    // As an async method would: a cancellation is a cancelled task.
    private static Task<TOutput> Failed(Exception error)
    {
        var builder = AsyncTaskMethodBuilder<TOutput>.Create();
        builder.SetException(error);
        return builder.Task;
    }
}
