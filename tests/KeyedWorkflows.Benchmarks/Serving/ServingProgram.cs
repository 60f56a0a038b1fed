using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using KeyedWorkflows.Benchmarks.Load;

namespace KeyedWorkflows.Benchmarks.Serving;

/// <summary>
/// The server, with tokens and history, beside a bare minimal API that makes the same model call with a fixed key, and beside a gateway that routes the same calls by header. Each is a process of its own, as the model server is;
/// rounds alternate, each round gives a ratio to the bare API's, and the median counts.
/// </summary>
internal static class ServingProgram
{
    public const string Verb = "serving";

    private const int Rounds = 7;
    private const int Clients = 20;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(4);

    /// <param name="gateway">The folder that the gateway is installed in; null to leave it out.</param>
    public static async Task RunAsync(string? gateway)
    {
        var profiles = LoadProfile.Make(Clients);
        await using var models = await ModelServerProcess.StartAsync(profiles.Select(static profile => profile.Key));
        List<ServedSubject> subjects = [await ServedSubject.StartBareAsync(models.Endpoint, profiles), await ServedSubject.StartServerAsync(models.Endpoint, profiles)];
        if (gateway is not null)
            subjects.Add(await ServedSubject.StartGatewayAsync(gateway, models.Endpoint, profiles));
        try
        {
            foreach (var connections in (int[])[64, 512])
            {
                foreach (var streams in (bool[])[false, true])
                    await CompareAsync(subjects, connections, streams);
            }
        }
        finally
        {
            foreach (var subject in subjects)
                await subject.DisposeAsync();
        }
    }

    /// <summary>Runs the server alone for a time, and shows what it holds.</summary>
    public static async Task SoakAsync(TimeSpan time)
    {
        var profiles = LoadProfile.Make(Clients);
        await using var models = await ModelServerProcess.StartAsync(profiles.Select(static profile => profile.Key));
        await using var server = await ServedSubject.StartServerAsync(models.Endpoint, profiles);
        await ServedRound.RunAsync(server, 64, streams: false, WarmUp);
        for (var minute = TimeSpan.Zero; minute < time; minute += TimeSpan.FromSeconds(30))
        {
            var connections = await models.ConnectionsAsync();
            var round = await ServedRound.RunAsync(server, 64, streams: minute.Seconds == 0, TimeSpan.FromSeconds(30));
            var opened = await models.ConnectionsAsync() - connections;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  after {minute.TotalSeconds + 30,4:0} s: {round.PerSecond,6:0} runs a second, {server.MegaBytes():0} MB, {opened} new connections to the provider, {round.Failures} failures"));
        }
    }

    /// <summary>Opens as many streams of one run as asked for, and reads each to its end: what they cost, and whether all arrive. Client and server are processes of their own, since each end of a connection is a file.</summary>
    public static async Task OpenStreamsAsync(int count)
    {
        var profiles = LoadProfile.Make(1);
        await using var models = await ModelServerProcess.StartAsync(profiles.Select(static profile => profile.Key));
        await using var server = await ServedSubject.StartServerAsync(models.Endpoint, profiles);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var start = server.Hold(seconds: 60);
        using var begun = await http.SendAsync(start);
        var id = (await begun.Content.ReadFromJsonAsync<JsonObject>())!["workflow_run_id"]!.ToString();
        var before = server.MegaBytes();
        var watch = Stopwatch.StartNew();
        var answers = new HttpResponseMessage[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, ct) =>
        {
            using var follow = server.Follow(id);
            answers[i] = await http.SendAsync(follow, HttpCompletionOption.ResponseHeadersRead, ct);
            answers[i].EnsureSuccessStatusCode();
        });
        var opened = watch.Elapsed;
        var during = server.MegaBytes();
        var ended = 0;
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = count }, async (i, ct) =>
        {
            using var answer = answers[i];
            if ((await answer.Content.ReadAsStringAsync(ct)).Contains("\"status\":\"succeeded\"", StringComparison.Ordinal))
                Interlocked.Increment(ref ended);
        });
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{count} streams of one run: opened in {opened.TotalSeconds:0.0} s, {(during - before) * 1024 / count:0.0} KB each; {ended} read to the end, {watch.Elapsed.TotalSeconds:0.0} s after the first was opened"));
    }

    private static async Task CompareAsync(List<ServedSubject> subjects, int connections, bool streams)
    {
        foreach (var subject in subjects)
            await ServedRound.RunAsync(subject, connections, streams, WarmUp);
        var rounds = subjects.ConvertAll(static _ => new List<ServedRound>());
        for (var round = 0; round < Rounds; round++)
        {
            for (var turn = 0; turn < subjects.Count; turn++)
            {
                var subject = (turn + round) % subjects.Count;
                rounds[subject].Add(await ServedRound.RunAsync(subjects[subject], connections, streams, RoundTime));
            }
        }
        Console.WriteLine($"\n{connections} connections, {(streams ? "streaming" : "blocking")}: {Rounds} alternating rounds");
        for (var i = 0; i < subjects.Count; i++)
        {
            double[] ratios = [.. rounds[i].Select((round, number) => round.PerSecond / rounds[0][number].PerSecond).Order()];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {subjects[i].Name,-12} {Median(rounds[i], static r => r.PerSecond),6:0} a second, {Median(ratios):0.00} of bare ({ratios[0]:0.00} to {ratios[^1]:0.00}), p50 {Median(rounds[i], static r => r.P50):0.0} ms, p99 {Median(rounds[i], static r => r.P99):0.0} ms, {Median(rounds[i], static r => r.Processor):0} µs of processor each, {subjects[i].MegaBytes():0} MB, {rounds[i].Sum(static r => r.Failures)} failures"));
        }
    }

    private static double Median(List<ServedRound> rounds, Func<ServedRound, double> figure) => Median([.. rounds.Select(figure).Order()]);

    private static double Median(double[] ordered) => ordered[ordered.Length / 2];
}
