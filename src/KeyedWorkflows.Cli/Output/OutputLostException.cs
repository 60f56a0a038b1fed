namespace KeyedWorkflows.Cli.Output;

/// <summary>What a command answered did not arrive: standard output is closed, or its disk is full. What it was to do is another matter.</summary>
internal sealed class OutputLostException(Exception inner) : IOException("Standard output takes nothing.", inner);
