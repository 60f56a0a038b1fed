namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>
/// Whether the request of one call has come as far as our pipeline. The library makes the message between the two, and gives no place to hand anything through: so it goes with the flow of the call.
/// </summary>
internal sealed class SentMark
{
    private static readonly AsyncLocal<SentMark?> Current = new();
    private volatile bool isSet;

    public bool IsSet => isSet;

    /// <summary>Marks the call that begins here. It ends with the asynchronous method that calls this.</summary>
    public static SentMark Begin() => Current.Value = new SentMark();

    /// <summary>The request of the present call is on its way.</summary>
    public static void Set()
    {
        if (Current.Value is { } mark)
            mark.isSet = true;
    }
}
