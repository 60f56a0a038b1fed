namespace KeyedWorkflows.Testing;

/// <summary>
/// Holds answers back until a test opens it, so that a test of slowness needs no clock. Once open it stays open. Safe for any number of
/// requests and threads.
/// </summary>
public sealed class ModelServerGate
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly List<(int Count, TaskCompletionSource Reached)> _watchers = [];
    private int _arrivals;
    private int _waiting;

    /// <summary>Requests that are being held now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Lets every held answer go, and every later one through.</summary>
    public void Open() => _open.TrySetResult();

    /// <summary>Waits until so many requests have come to the gate since it was made, whether they still wait or not.</summary>
    /// <param name="count">The number of requests, at least 1.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task ArrivedAsync(int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        lock (_lock)
        {
            if (_arrivals >= count)
                return Task.CompletedTask;
            TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _watchers.Add((count, reached));
            return reached.Task.WaitAsync(cancellationToken);
        }
    }

    internal async Task WaitAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            lock (_lock)
            {
                _arrivals++;
                for (var i = _watchers.Count - 1; i >= 0; i--)
                {
                    if (_watchers[i].Count > _arrivals)
                        continue;
                    _watchers[i].Reached.TrySetResult();
                    _watchers.RemoveAt(i);
                }
            }

            await _open.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
