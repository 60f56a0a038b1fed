namespace KeyedWorkflows.Wire;

/// <summary>What a converter finds while a value is read: it has no other way to hand out more than what it reads. Each thread has its own, and a reading within another has, too.</summary>
internal static class FoundInJson<T>
{
    [ThreadStatic]
    private static List<T>? found;

    /// <summary>Whether somebody wants to know.</summary>
    public static bool IsCollected => found is not null;

    /// <summary>Reads a value, with what is found in it, wherever in it that stands.</summary>
    public static TValue Collect<TValue>(Func<TValue> read, out IReadOnlyList<T> all)
    {
        var around = found;
        var mine = found = [];
        try
        {
            var value = read();
            all = mine;
            return value;
        }
        finally
        {
            found = around;
        }
    }

    public static void Add(T one) => found?.Add(one);
}
