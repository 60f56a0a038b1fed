namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>What the steps of a drawn workflow do in one run, and who hears of it. The workflows take it as a service, or from <see cref="Current"/>.</summary>
public sealed class Script
{
    private static readonly AsyncLocal<Script?> Flowing = new();
    private readonly IReadOnlyDictionary<string, NodeScript> nodes;
    private readonly RunLog log;
    private readonly TaskCompletionSource met = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int toMeet;
    private int calls;

    internal Script(IReadOnlyDictionary<string, NodeScript> nodes, RunLog log)
    {
        this.nodes = nodes;
        this.log = log;
        toMeet = nodes.Values.Count(static node => node.Meets);
    }

    /// <summary>The script of the run that is started here.</summary>
    public static Script Current
    {
        get => Flowing.Value ?? throw new InvalidOperationException("No script.");
        internal set => Flowing.Value = value;
    }

    /// <summary>How many calls have not ended.</summary>
    internal int CallsUnderWay => Volatile.Read(ref calls);

    /// <summary>A step that is not asynchronous.</summary>
    /// <param name="step">Its name.</param>
    /// <param name="element">The element that it runs for; null where it runs once.</param>
    /// <param name="arguments">What it was given, the element included.</param>
    /// <returns>What it returns.</returns>
    public Given Call(string step, object? element, object?[] arguments)
    {
        Interlocked.Increment(ref calls);
        try
        {
            return Answer(step, element, Begin(step, arguments));
        }
        finally
        {
            Interlocked.Decrement(ref calls);
        }
    }

    /// <summary>An asynchronous step.</summary>
    /// <param name="step">Its name.</param>
    /// <param name="element">The element that it runs for; null where it runs once.</param>
    /// <param name="arguments">What it was given, the element included.</param>
    /// <param name="ct">The token that it was given; default where it takes none.</param>
    /// <returns>What it returns.</returns>
    public async Task<Given> CallAsync(string step, object? element, object?[] arguments, CancellationToken ct)
    {
        Interlocked.Increment(ref calls);
        try
        {
            var text = Begin(step, arguments);
            var node = nodes[step];
            if (node.Meets)
            {
                if (Interlocked.Decrement(ref toMeet) == 0)
                    met.SetResult();
                await met.Task;
            }
            for (var i = 0; i < node.Yields; i++)
            {
                await Task.Yield();
                ct.ThrowIfCancellationRequested();
            }
            return Answer(step, element, text);
        }
        finally
        {
            Interlocked.Decrement(ref calls);
        }
    }

    private string Begin(string step, object?[] arguments)
    {
        string[] shown = [.. arguments.Select(Provenance.Show)];
        log.Add(LogKind.Called, step, $"{step}({string.Join(',', shown)})");
        return Provenance.Of(step, shown);
    }

    private Given Answer(string step, object? element, string text)
    {
        var node = nodes[step];
        var deed = node.DeedFor(element is null ? null : Provenance.Show(element));
        if (deed == Deed.Throw)
            throw new ScriptedException(step);
        return new() { Text = deed == Deed.ReturnNull ? null : text, Length = node.Length, Flag = node.Flag, Route = node.Route };
    }
}
