using System.Runtime.ExceptionServices;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Testing;

/// <summary>A run of a <see cref="WorkflowTestHost{TInput,TOutput}"/> that has ended: what it did, what it asked, who paid. What is asserted and does not hold throws <see cref="WorkflowAssertionException"/>.</summary>
/// <typeparam name="TOutput">What the run yields.</typeparam>
public sealed class WorkflowTestRun<TOutput>
{
    private readonly Dictionary<string, TestStep> _steps = new(StringComparer.Ordinal);

    internal WorkflowTestRun(WorkflowDefinition workflow, IReadOnlyList<WorkflowEvent> events, IReadOnlyList<ModelRequest> requests)
    {
        Events = events;
        Requests = requests;
        List<TestStep> steps = [.. workflow.Steps.Select(static step => new TestStep(step.Name))];
        foreach (var step in steps)
            _steps[step.Name] = step;
        foreach (var happened in events.OfType<StepEvent>())
        {
            if (!_steps.TryGetValue(happened.Step, out var step))
                steps.Add(_steps[happened.Step] = step = new TestStep(happened.Step));
            step.Note(happened);
        }
        Steps = steps;
        End = (RunEndedEvent)events[^1];
        Binding = events.OfType<RunStartedEvent>().FirstOrDefault()?.Binding;
    }

    /// <summary>The run's id.</summary>
    public string RunId => End.RunId;

    /// <summary>How it ended.</summary>
    public RunStatus Status => End.Status;

    /// <summary>What its model calls used.</summary>
    public RunUsage Usage => End.Usage;

    /// <summary>The output. A run that failed throws its own error here.</summary>
    public TOutput Output
    {
        get
        {
            if (Error is { } error)
                ExceptionDispatchInfo.Throw(error);
            return ((RunFinishedEvent<TOutput>)End).Output;
        }
    }

    /// <summary>What the run failed with; null where it succeeded.</summary>
    public Exception? Error => (End as RunFailedEvent)?.Error;

    /// <summary>What each slot was bound to, and why; null where the run was refused.</summary>
    public RunBinding? Binding { get; }

    /// <summary>All events, in the order in which they happened.</summary>
    public IReadOnlyList<WorkflowEvent> Events { get; }

    /// <summary>The steps, in the order of their declaration; those of sub-workflows after them.</summary>
    public IReadOnlyList<TestStep> Steps { get; }

    /// <summary>What its steps asked of models, retries included, in the order in which it was asked.</summary>
    public IReadOnlyList<ModelRequest> Requests { get; }

    private RunEndedEvent End { get; }

    /// <summary>A step of the run.</summary>
    /// <param name="name">The step's name; one of a sub-workflow is <c>Parent/Child</c>.</param>
    /// <returns>The step.</returns>
    public TestStep Step(string name) => _steps.TryGetValue(name, out var step) ? step : throw Wrong($"There is no step '{name}'.");

    /// <summary>What one step asked of models, retries included.</summary>
    /// <param name="step">The step's name.</param>
    /// <returns>The requests.</returns>
    public IReadOnlyList<ModelRequest> RequestsOf(string step)
    {
        _ = Step(step);
        return [.. Requests.Where(request => request.Step == step)];
    }

    /// <summary>The run ended with its output.</summary>
    /// <returns>This run.</returns>
    public WorkflowTestRun<TOutput> AssertSucceeded() => Error is null ? this : throw Wrong("The run should have succeeded.");

    /// <summary>The run failed, or was refused, with a code.</summary>
    /// <param name="code">The code, of <see cref="WorkflowErrorCodes"/>.</param>
    /// <param name="step">The step that failed; null: any, or none.</param>
    /// <returns>This run.</returns>
    public WorkflowTestRun<TOutput> AssertFailed(string code, string? step = null) =>
        Error is WorkflowRunException error && error.Code == code && (step is null || error.Step == step)
            ? this
            : throw Wrong($"The run should have failed with '{code}'{(step is null ? "" : $" in step '{step}'")}.");

    /// <summary>Steps ran to their end.</summary>
    /// <param name="steps">Their names.</param>
    /// <returns>This run.</returns>
    public WorkflowTestRun<TOutput> AssertRan(params string[] steps) => AssertOutcome(StepOutcome.Ran, "have run", steps);

    /// <summary>Steps were skipped.</summary>
    /// <param name="steps">Their names.</param>
    /// <returns>This run.</returns>
    public WorkflowTestRun<TOutput> AssertSkipped(params string[] steps) => AssertOutcome(StepOutcome.Skipped, "have been skipped", steps);

    /// <summary>One step ended before another started.</summary>
    /// <param name="first">The step that ended.</param>
    /// <param name="second">The step that started after it.</param>
    /// <returns>This run.</returns>
    public WorkflowTestRun<TOutput> AssertOrder(string first, string second)
    {
        var ended = PlaceOf(first, static happened => happened is StepFinishedEvent);
        var started = PlaceOf(second, static happened => happened is StepStartedEvent);
        return ended >= 0 && ended < started ? this : throw Wrong($"Step '{first}' should have ended before step '{second}' started.");
    }

    /// <summary>A step asked a model, and one of its requests held all of these texts in its messages (or in the texts to embed).</summary>
    /// <param name="step">The step's name.</param>
    /// <param name="texts">The texts, compared exactly. None: that it asked is enough.</param>
    /// <returns>This run.</returns>
    public WorkflowTestRun<TOutput> AssertPrompt(string step, params string[] texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var requests = RequestsOf(step);
        if (requests.Any(request => Array.TrueForAll(texts, text => Holds(request, text))))
            return this;
        var wanted = texts.Length == 0 ? "asked a model" : $"asked a model with {string.Join(" and ", texts.Select(static text => $"\"{text}\""))}";
        throw Wrong($"Step '{step}' should have {wanted}.", requests);
    }

    /// <summary>A step asked a model, and none of its requests held a text: a secret, another client's name, a whole document.</summary>
    /// <param name="step">The step's name.</param>
    /// <param name="text">The text, compared exactly.</param>
    /// <returns>This run.</returns>
    public WorkflowTestRun<TOutput> AssertPromptWithout(string step, string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        var requests = RequestsOf(step);
        if (requests.Count == 0)
            throw Wrong($"Step '{step}' asked no model, so that nothing is said of its prompts.", requests);
        return requests.Any(request => Holds(request, text)) ? throw Wrong($"No prompt of step '{step}' should hold \"{text}\".", requests) : this;
    }

    /// <summary>A slot was bound to a profile.</summary>
    /// <param name="profile">The profile's name; null: a key that was given for the run.</param>
    /// <param name="source">The rule that chose it; null: any.</param>
    /// <param name="slot">The slot; null: the first.</param>
    /// <returns>This run.</returns>
    public WorkflowTestRun<TOutput> AssertBoundTo(string? profile, CredentialSource? source = null, string? slot = null)
    {
        var bound = Binding?.Slots.FirstOrDefault(one => slot is null || one.Slot == slot);
        if (bound is not null && bound.ProfileName == profile && (source is null || bound.Source == source))
            return this;
        throw Wrong($"{(slot is null ? "The first slot" : $"Slot '{slot}'")} should have been bound to {profile ?? "a key given for the run"}{(source is { } rule ? $" ({rule})" : "")}.");
    }

    /// <summary>The run made so many requests to models, retries included.</summary>
    /// <param name="calls">How many.</param>
    /// <returns>This run.</returns>
    public WorkflowTestRun<TOutput> AssertCalls(int calls) => Usage.Calls == calls ? this : throw Wrong($"The run should have made {calls} model calls.");

    /// <summary>How the run went, in a few lines.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => RunReport.Of(this);

    private WorkflowTestRun<TOutput> AssertOutcome(StepOutcome outcome, string what, string[] steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        foreach (var name in steps)
        {
            if (Step(name).Outcome != outcome)
                throw Wrong($"Step '{name}' should {what}.");
        }
        return this;
    }

    private int PlaceOf(string step, Func<StepEvent, bool> isIt)
    {
        _ = Step(step);
        for (var place = 0; place < Events.Count; place++)
        {
            if (Events[place] is StepEvent happened && happened.Step == step && isIt(happened))
                return place;
        }
        return -1;
    }

    private static bool Holds(ModelRequest request, string text) =>
        request.Messages.Any(message => message.Text.Contains(text, StringComparison.Ordinal)) || request.Inputs.Any(input => input.Contains(text, StringComparison.Ordinal));

    private WorkflowAssertionException Wrong(string expected, IReadOnlyList<ModelRequest>? requests = null) =>
        new(requests is null ? $"{expected}\n{RunReport.Of(this)}" : $"{expected}\n{RunReport.Of(requests)}{RunReport.Of(this)}", Error);
}
