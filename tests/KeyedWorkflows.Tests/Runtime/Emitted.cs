using System.Diagnostics.CodeAnalysis;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

/// <summary>The lines that the generator emits around a step, so that a test's executor reads like its graph.</summary>
internal sealed class Emitted(WorkflowRun run, CancellationToken cancellationToken)
{
    public WorkflowRun Run => run;

    public CancellationToken Token => cancellationToken;

    /// <summary>The step that is under way on the chain: what a failure is put down to.</summary>
    public int Step { get; private set; }

    /// <summary>A plain step: inlined, without scope.</summary>
    public async Task<T> PlainAsync<T>(int step, Func<Task<T>> method)
    {
        if (run.TryRestore(step, out T local))
            return local;
        Step = step;
        run.Begin(step, cancellationToken);
        local = await method();
        if (run.IsObserved)
            await run.EndAsync(step, local);
        return local;
    }

    /// <summary>A plain step that returns at once.</summary>
    public Task<T> PlainAsync<T>(int step, Func<T> method) => PlainAsync(step, () => Task.FromResult(method()));

    /// <summary>A plain step without result.</summary>
    public async Task PlainAsync(int step, Func<Task> method)
    {
        if (run.TryRestore(step))
            return;
        Step = step;
        run.Begin(step, cancellationToken);
        await method();
        if (run.IsObserved)
            await run.EndAsync(step);
    }

    /// <summary>A managed step.</summary>
    public Task<T> StepAsync<T>(int step, Func<StepScope, Task<T>> method) => StepAsync(step, method, cancellationToken);

    /// <summary>A managed step in a fork.</summary>
    public async Task<T> StepAsync<T>(int step, Func<StepScope, Task<T>> method, CancellationToken ct)
    {
        if (run.TryRestore(step, out T local))
            return local;
        Step = step;
        return await run.StepAsync(step, method, ct);
    }

    /// <summary>A managed step that asks the model of the first slot one question.</summary>
    public Task<string> AskAsync(int step, string question) => AskAsync(step, question, cancellationToken);

    /// <summary>The same in a fork.</summary>
    public Task<string> AskAsync(int step, string question, CancellationToken ct) =>
        StepAsync(step, scope => PromptCall.TextAsync(scope.ChatClient(0), [new(Microsoft.Extensions.AI.ChatRole.User, question)], new PromptOptions(), scope.CancellationToken), ct);

    /// <summary>Says which step is under way, where a test calls the run itself.</summary>
    public void At(int step) => Step = step;

    [DoesNotReturn]
    public void Throw(Exception error) => throw run.Fail(Step, error);
}
