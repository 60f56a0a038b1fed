using System.Diagnostics.CodeAnalysis;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>
/// Which callback goes next: at most 16 are under way, 4 of them to one host, and a few wait. A host that does not answer, or slowly, or was not heard yet, has few places to wait in, so that there is room for those of others.
/// Few enough wait for all to be sent while their lease lasts, however long each takes. For one thread.
/// </summary>
internal sealed class CallbackLine
{
    public const int AtOnce = 16;
    public const int AtOnceToHost = 4;
    private const int MaxWaiting = 32;
    private const int MaxWaitingForHost = 8;
    private const int MaxHeard = 1024;

    private readonly LinkedList<(PendingCallback Callback, string Host)> waiting = [];
    private readonly Dictionary<string, int> underWay = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether each host took the last that it was sent, and soon.</summary>
    private readonly Dictionary<string, bool> heard = new(StringComparer.OrdinalIgnoreCase);
    private int count;

    /// <summary>How many more may be added.</summary>
    public int Room => MaxWaiting - waiting.Count;

    /// <summary>Whether a host did not take the last that it was sent, or not soon.</summary>
    public bool IsSlow(string host) => heard.TryGetValue(host, out var wasPrompt) && !wasPrompt;

    /// <summary>Has a callback wait for its turn; not where its host has no place left.</summary>
    public bool TryAdd(PendingCallback callback, string host)
    {
        if (Room == 0 || (!heard.GetValueOrDefault(host) && WaitingFor(host) >= MaxWaitingForHost))
            return false;
        waiting.AddLast((callback, host));
        return true;
    }

    /// <summary>The first whose turn it is. It is under way then.</summary>
    public bool TryNext([NotNullWhen(true)] out PendingCallback? callback, [NotNullWhen(true)] out string? host)
    {
        (callback, host) = (null, null);
        if (count == AtOnce)
            return false;
        for (var one = waiting.First; one is not null; one = one.Next)
        {
            if (underWay.GetValueOrDefault(one.Value.Host) >= AtOnceToHost)
                continue;
            (callback, host) = one.Value;
            waiting.Remove(one);
            underWay[host] = underWay.GetValueOrDefault(host) + 1;
            count++;
            return true;
        }
        return false;
    }

    /// <summary>One is not under way any more.</summary>
    /// <param name="host">Its host.</param>
    /// <param name="wasPrompt">Whether the host took it, and soon.</param>
    /// <returns>Those that lose their place by it: the host's last.</returns>
    public IReadOnlyList<PendingCallback> Ended(string host, bool wasPrompt)
    {
        count--;
        if (--underWay[host] == 0)
            underWay.Remove(host);
        if (heard.Count >= MaxHeard)
            heard.Clear();
        heard[host] = wasPrompt;
        if (wasPrompt)
            return [];
        var lost = new List<PendingCallback>();
        for (var (one, surplus) = (waiting.Last, WaitingFor(host) - MaxWaitingForHost); one is not null && surplus > 0;)
        {
            var before = one.Previous;
            if (string.Equals(one.Value.Host, host, StringComparison.OrdinalIgnoreCase))
            {
                lost.Add(one.Value.Callback);
                waiting.Remove(one);
                surplus--;
            }
            one = before;
        }
        return lost;
    }

    private int WaitingFor(string host) => waiting.Count(one => string.Equals(one.Host, host, StringComparison.OrdinalIgnoreCase));
}
