using System.Collections.Concurrent;
using System.Globalization;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.EndToEnd.Tests.Isolation;

/// <summary>Looks at every request that the model server receives: whose run is it, and whose key?</summary>
internal sealed class Witness
{
    private readonly ConcurrentBag<string> crossed = [];
    private long requests;

    public Clients? Clients { get; set; }

    public long Requests => Interlocked.Read(ref requests);

    /// <summary>Requests under a key that is not the run's client's. No key stands here.</summary>
    public IReadOnlyCollection<string> Crossed => crossed;

    /// <summary>What a run writes into each of its prompts.</summary>
    public static string MarkOf(int client, int run) => FormattableString.Invariant($"[run {run} of {client}]");

    public void See(ModelRequest request)
    {
        Interlocked.Increment(ref requests);
        var text = request.Operation == ModelOperation.Embeddings ? request.Inputs[0] : request.LastUserMessage;
        var end = text.IndexOf(']', StringComparison.Ordinal);
        var of = text.IndexOf(" of ", StringComparison.Ordinal);
        if (of < 0 || end < of || !int.TryParse(text.AsSpan(of + 4, end - of - 4), NumberStyles.None, CultureInfo.InvariantCulture, out var client))
            crossed.Add($"{request} carries no mark");
        else if (Clients!.OwnerOf(request.Key) is not { } owner)
            crossed.Add($"{request} of client {client} carries a key of nobody");
        else if (owner != client)
            crossed.Add($"{request} of client {client} carries a key of client {owner}");
        else if (request.Messages is [.., { Role: "tool", Text: var told }] && !told.Contains("own", StringComparison.Ordinal))
            crossed.Add($"{request} of client {client}: the tool saw another tenant");
    }
}
