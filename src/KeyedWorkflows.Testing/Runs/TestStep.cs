namespace KeyedWorkflows.Testing;

/// <summary>A step of a test run, as the run's events tell.</summary>
public sealed class TestStep
{
    internal TestStep(string name) => Name = name;

    /// <summary>The step's name; one of a sub-workflow is <c>Parent/Child</c>.</summary>
    public string Name { get; }

    /// <summary>What became of it.</summary>
    public StepOutcome Outcome { get; private set; }

    /// <summary>Its result; null where it has none.</summary>
    public object? Output { get; private set; }

    /// <summary>The text that it streamed, those pieces left out that a retry made void.</summary>
    public string StreamedText { get; private set; } = "";

    /// <summary>The attempt that ended it, from 1; 0 where it did not start.</summary>
    public int Attempts { get; private set; }

    /// <summary>What its model calls used, all attempts together.</summary>
    public RunUsage Usage { get; private set; }

    /// <summary>The code of its failure, of <see cref="WorkflowErrorCodes"/>; null where it did not fail.</summary>
    public string? ErrorCode { get; private set; }

    /// <summary>The name and the outcome.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => Outcome switch
    {
        StepOutcome.NotReached => $"{Name} was not reached",
        StepOutcome.Skipped => $"{Name} was skipped",
        StepOutcome.Failed => $"{Name} failed ({ErrorCode})",
        StepOutcome.Stopped => $"{Name} was stopped",
        _ => $"{Name} ran",
    };

    internal void Note(StepEvent happened)
    {
        switch (happened)
        {
            case StepStartedEvent:
                Outcome = StepOutcome.Stopped;
                Attempts = 1;
                break;
            case StepSkippedEvent:
                Outcome = StepOutcome.Skipped;
                break;
            case TextDeltaEvent delta:
                StreamedText += delta.Text;
                break;
            case StepRetriedEvent retried:
                Attempts = retried.Attempt + 1;
                StreamedText = "";
                break;
            case StepFailedEvent failed:
                Outcome = StepOutcome.Failed;
                ErrorCode = failed.Code;
                break;
            case StepFinishedEvent finished:
                (Outcome, Output, Usage) = (StepOutcome.Ran, finished.Output, finished.Usage);
                Attempts = Math.Max(Attempts, finished.Attempt);
                break;
        }
    }
}
