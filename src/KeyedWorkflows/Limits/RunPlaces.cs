namespace KeyedWorkflows;

/// <summary>The places of one run among those that go on at once. Given back once.</summary>
internal sealed class RunPlaces : IDisposable
{
    private List<IDisposable>? places;

    public void Add(IDisposable place) => (places ??= new(1)).Add(place);

    public void Dispose()
    {
        foreach (var place in Interlocked.Exchange(ref places, null) ?? [])
            place.Dispose();
    }
}
