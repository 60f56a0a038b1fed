using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.EndToEnd.Tests.Isolation;

/// <summary>Looks at every request that the model server receives: whose run is it, and whose key?</summary>
internal sealed partial class Witness(int runs)
{
    private readonly Started[] started = new Started[runs];
    private readonly ConcurrentBag<string> crossed = [];
    private long requests;

    public Clients? Clients { get; set; }

    public long Requests => Interlocked.Read(ref requests);

    /// <summary>Requests under a key that is not the run's client's. No key stands here.</summary>
    public IReadOnlyCollection<string> Crossed => crossed;

    /// <summary>What a run writes into each of its prompts.</summary>
    public static string MarkOf(int client, int run) => FormattableString.Invariant($"[run {run} of {client}]");

    /// <summary>Notes what a run must carry, before it starts.</summary>
    public void Expect(int run, Started what) => started[run] = what;

    public void See(ModelRequest request)
    {
        Interlocked.Increment(ref requests);
        var text = request.Operation == ModelOperation.Embeddings ? request.Inputs[0] : request.LastUserMessage;
        if (Mark().Match(text) is not { Success: true } mark)
        {
            crossed.Add($"{request} carries no mark");
            return;
        }
        var (run, client) = (Number(mark.Groups["run"]), Number(mark.Groups["client"]));
        if (Clients!.OwnerOf(request.Key) is not { } owner)
            crossed.Add($"{request} of client {client} carries a key of nobody");
        else if (owner.Client != client)
            crossed.Add($"{request} of client {client} carries a key of client {owner.Client}");
        else if (owner.Run != (started[run].BringsKey ? run : null))
            crossed.Add($"{request} of run {run} carries another key of its client than its own");
        else if (owner.Generation < started[run].Generation)
            crossed.Add($"{request} of run {run} carries a key that had been replaced before the run started");
        else if (request.Messages is [.., { Role: "tool", Text: var told }] && !told.Contains("own", StringComparison.Ordinal))
            crossed.Add($"{request} of client {client}: the tool saw another tenant");
    }

    /// <summary>An answer that names the run by whose prompt it was asked for, and so may come to no other. A prompt may hold an answer to an earlier one: it is of the same run.</summary>
    public static ModelAnswer AnswerTo(ModelRequest request)
    {
        string[] marks = [.. Mark().Matches(request.LastUserMessage).Select(static mark => mark.Value).Distinct()];
        var mark = marks.Length == 1 ? marks[0] : "of several runs: " + string.Join(' ', marks);
        return ModelAnswer.Text(request.ResponseSchema is null ? mark : JsonSerializer.Serialize(new Briefing(mark), JsonSerializerOptions.Web));
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\[run (?<run>\d+) of (?<client>\d+)\]", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();
}
