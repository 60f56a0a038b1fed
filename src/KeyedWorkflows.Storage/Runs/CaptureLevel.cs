namespace KeyedWorkflows;

/// <summary>How much of a run's model calls its record keeps. Keys are in none of them.</summary>
public enum CaptureLevel
{
    /// <summary>The run, its steps' states and usage: no input, output, prompt or answer.</summary>
    None,

    /// <summary>Also inputs, outputs and events, and of each model call who answered and what it used.</summary>
    Metadata,

    /// <summary>Also the messages of each model call and its answer.</summary>
    Full,
}
