using System.Collections.Concurrent;

namespace KeyedWorkflows.Testing;

/// <summary>Who has which key, which run is whose, and what was seen that should not be. Safe for all the requests and runs of a proof at once.</summary>
internal sealed class IsolationLedger(RunMark marks, int runs)
{
    private const int MostKept = 100;

    private readonly ConcurrentDictionary<string, (IsolationPayer Payer, int Generation)> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _used = new(StringComparer.Ordinal);
    private readonly IsolationRun?[] _runs = new IsolationRun?[runs];
    private readonly List<IsolationLeak> _leaks = [];
    private readonly Dictionary<IsolationLeakKind, int> _leakCounts = [];
    private long _requests;
    private long _marked;

    public long Requests => Interlocked.Read(ref _requests);

    public long MarkedRequests => Interlocked.Read(ref _marked);

    public int KeysUsed => _used.Count;

    public IReadOnlyDictionary<IsolationLeakKind, int> LeakCounts
    {
        get
        {
            lock (_leaks)
                return new Dictionary<IsolationLeakKind, int>(_leakCounts);
        }
    }

    public IReadOnlyList<IsolationLeak> Leaks
    {
        get
        {
            lock (_leaks)
                return [.. _leaks];
        }
    }

    public void Add(IsolationPayer payer, string key, int generation) => _keys[key] = (payer, generation);

    public void Begin(IsolationRun run) => Volatile.Write(ref _runs[run.Number], run);

    public IsolationRun? RunOf(ModelRequest request) => marks.RunOf(request.TestRun) is { } number && number < _runs.Length ? Volatile.Read(ref _runs[number]) : null;

    /// <summary>Checks a request as it arrives.</summary>
    public void Check(ModelRequest request)
    {
        Interlocked.Increment(ref _requests);
        var run = RunOf(request);
        if (!_keys.TryGetValue(request.Key, out var key))
        {
            Note(IsolationLeakKind.UnknownKey, run, $"{Name(run)} sent a key that no profile and no run of the proof has.");
            return;
        }
        _used.TryAdd(request.Key, true);
        if (run is null)
            Note(IsolationLeakKind.Unattributed, null, $"A request that {key.Payer.Name} paid for came from no run.");
        else if (key.Payer != run.Payer)
            Note(IsolationLeakKind.ForeignKey, run, $"{Name(run)} should be paid for by {run.Payer.Name}, and {key.Payer.Name} paid for one of its requests.");
        else if (key.Generation < run.FirstGeneration)
            Note(IsolationLeakKind.ReplacedKey, run, $"{Name(run)} used a key of {key.Payer.Name} that had been replaced before the run started.");

        var named = marks.RunsIn(request.Body.Span);
        if (named.Count > 0)
            Interlocked.Increment(ref _marked);
        foreach (var number in named)
        {
            if (number < _runs.Length && Volatile.Read(ref _runs[number]) is { } other && other.Payer != key.Payer)
                Note(IsolationLeakKind.ForeignText, run, $"{Name(run)} sent text of run {number} ({other.Payer.Name}), and {key.Payer.Name} paid for it.");
        }
    }

    /// <summary>Checks what a run yielded.</summary>
    public void CheckOutput(IsolationRun run, string output)
    {
        foreach (var number in marks.RunsIn(output))
        {
            if (number < _runs.Length && Volatile.Read(ref _runs[number]) is { } other && other.Payer != run.Payer)
                Note(IsolationLeakKind.ForeignOutput, run, $"{Name(run)} yielded text of run {number} ({other.Payer.Name}).");
        }
    }

    public void Note(IsolationLeakKind kind, IsolationRun? run, string what)
    {
        lock (_leaks)
        {
            _leakCounts[kind] = _leakCounts.GetValueOrDefault(kind) + 1;
            if (_leaks.Count < MostKept)
                _leaks.Add(new IsolationLeak(kind, run?.Number, what));
        }
    }

    private static string Name(IsolationRun? run) => run is null ? "Something" : $"Run {run.Number} ({run.Payer.Name})";
}
