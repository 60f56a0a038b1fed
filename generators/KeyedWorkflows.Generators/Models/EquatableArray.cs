namespace KeyedWorkflows.Generators.Models;

/// <summary>Makes <see cref="EquatableArray{T}"/> values.</summary>
internal static class EquatableArray
{
    /// <summary>What a collection expression calls.</summary>
    public static EquatableArray<T> Create<T>(ReadOnlySpan<T> items)
        where T : IEquatable<T> => items.IsEmpty ? default : new(items.ToArray());

    /// <summary>Copies a list.</summary>
    public static EquatableArray<T> From<T>(IReadOnlyCollection<T>? items)
        where T : IEquatable<T>
    {
        if (items is null || items.Count == 0)
            return default;
        var copy = new T[items.Count];
        var i = 0;
        foreach (var item in items)
            copy[i++] = item;
        return new(copy);
    }
}
