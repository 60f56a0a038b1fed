namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>
/// Whether the request of one call has come as far as our pipeline. The library builds the message between the two, and gives no place to hand anything through; but it builds it
/// before its first wait, and so on the thread that makes the call.
/// </summary>
internal sealed class SentMark
{
    [ThreadStatic]
    private static SentMark? current;

    public bool IsSet { get; private set; }

    /// <summary>Makes the call, up to its first wait, under this mark.</summary>
    public Task<TResult> StartAsync<TState, TResult>(Func<TState, Task<TResult>> call, TState state)
    {
        var outer = current;
        current = this;
        try
        {
            return call(state);
        }
        finally
        {
            current = outer;
        }
    }

    /// <summary>The request of the present call is on its way.</summary>
    public static void Set()
    {
        if (current is { } mark)
            mark.IsSet = true;
    }
}
