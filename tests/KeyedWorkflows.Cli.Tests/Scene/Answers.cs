namespace KeyedWorkflows.Cli.Tests.Scene;

/// <summary>What an operator types where a command asks.</summary>
internal sealed record Answers
{
    public static Answers None { get; } = new();

    /// <summary>What is typed where nothing is shown.</summary>
    public Func<CancellationToken, Task<string>> HiddenAsync { get; init; } = static _ => throw new InvalidOperationException("Nobody expected to be asked for a key.");

    /// <summary>What comes on standard input.</summary>
    public string? Input { get; init; }

    public bool IsPiped { get; init; }

    public static Answers Hidden(string text) => new() { HiddenAsync = _ => Task.FromResult(text) };

    public static Answers Piped(string text) => new() { Input = text, IsPiped = true };

    public static Answers Line(string text) => new() { Input = text + "\n" };
}
