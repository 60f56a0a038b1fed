namespace KeyedWorkflows.Generators.Tests.Executor.Drawing;

/// <summary>A sequence of choices that a seed decides.</summary>
internal sealed class Draws(int seed)
{
    private readonly Random random = new(seed);

    /// <summary>A number from 0.</summary>
    public int Below(int end) => random.Next(end);

    public bool Chance(int percent) => random.Next(100) < percent;

    public T Of<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    /// <summary>So many of them, in their order.</summary>
    public IReadOnlyList<T> Some<T>(IReadOnlyList<T> items, int count)
    {
        var picked = Enumerable.Range(0, items.Count).ToArray();
        random.Shuffle(picked);
        return [.. picked.Take(count).Order().Select(place => items[place])];
    }

    public T[] Shuffled<T>(IEnumerable<T> items)
    {
        T[] shuffled = [.. items];
        random.Shuffle(shuffled);
        return shuffled;
    }
}
