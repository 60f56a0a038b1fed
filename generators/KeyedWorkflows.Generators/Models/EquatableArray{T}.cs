using System.Collections;
using System.Runtime.CompilerServices;

namespace KeyedWorkflows.Generators.Models;

/// <summary>An immutable array that equals another with equal items, so that a model that holds it can be compared and an unchanged workflow is not emitted again.</summary>
[CollectionBuilder(typeof(EquatableArray), nameof(EquatableArray.Create))]
internal readonly struct EquatableArray<T> : IEquatable<EquatableArray<T>>, IReadOnlyList<T>
    where T : IEquatable<T>
{
    private readonly T[]? items;

    /// <summary>Takes the array: the caller must not change it afterwards.</summary>
    internal EquatableArray(T[] items) => this.items = items;

    public static EquatableArray<T> Empty => default;

    public int Count => items?.Length ?? 0;

    public int Length => items?.Length ?? 0;

    public bool IsEmpty => Length == 0;

    public T this[int index] => items![index];

    public ReadOnlySpan<T> AsSpan() => items;

    public bool Contains(T item) => IndexOf(item) >= 0;

    public int IndexOf(T item)
    {
        for (var i = 0; i < Length; i++)
        {
            if (items![i].Equals(item))
                return i;
        }
        return -1;
    }

    public bool Equals(EquatableArray<T> other)
    {
        if (ReferenceEquals(items, other.items))
            return true;
        if (Length != other.Length)
            return false;
        for (var i = 0; i < Length; i++)
        {
            if (!items![i].Equals(other.items![i]))
                return false;
        }
        return true;
    }

    public override bool Equals(object? obj) => obj is EquatableArray<T> other && Equals(other);

    public override int GetHashCode()
    {
        var hash = 17;
        for (var i = 0; i < Length; i++)
            hash = unchecked((hash * 31) + items![i].GetHashCode());
        return hash;
    }

    public Enumerator GetEnumerator() => new(items);

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)(items ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => (items ?? []).GetEnumerator();

    public static bool operator ==(EquatableArray<T> left, EquatableArray<T> right) => left.Equals(right);

    public static bool operator !=(EquatableArray<T> left, EquatableArray<T> right) => !left.Equals(right);

    /// <summary>Walks the items without an allocation.</summary>
    public struct Enumerator(T[]? items)
    {
        private int index = -1;

        public readonly T Current => items![index];

        public bool MoveNext() => ++index < (items?.Length ?? 0);
    }
}
