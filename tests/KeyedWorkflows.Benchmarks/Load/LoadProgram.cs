using System.Globalization;

namespace KeyedWorkflows.Benchmarks.Load;

/// <summary>
/// 64 callers over loopback, against the hand-written program. Rounds of both alternate against one model server, so that whatever else the machine does
/// falls on both; each pair gives a ratio, and the median counts.
/// </summary>
internal static class LoadProgram
{
    public const string Verb = "load";

    private const int Rounds = 40;
    private const int CallsPerRound = 4_000;

    public static async Task RunAsync()
    {
        foreach (var count in (int[])[10, 1_000])
            await RunAsync(LoadProfile.Make(count));
    }

    private static async Task RunAsync(LoadProfile[] profiles)
    {
        await using var server = await ModelServerProcess.StartAsync(profiles.Select(static profile => profile.Key));
        await using HandWrittenProgram byHand = new(server.Endpoint, profiles);
        await using WorkflowProgram workflow = new(server.Endpoint, profiles);
        ILoadSubject[] subjects = [byHand, workflow];
        List<LoadRound>[] rounds = [[], []];
        long[] connections = [0, 0];

        foreach (var subject in subjects.Concat(subjects))
            await LoadRound.RunAsync(subject, profiles, CallsPerRound);
        for (var pair = 0; pair < Rounds; pair++)
        {
            foreach (var turn in pair % 2 == 0 ? (int[])[0, 1] : [1, 0])
            {
                var before = await server.ConnectionsAsync();
                rounds[turn].Add(await LoadRound.RunAsync(subjects[turn], profiles, CallsPerRound));
                connections[turn] += await server.ConnectionsAsync() - before;
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            {profiles.Length} profiles, {LoadRound.Workers} callers, {Rounds} pairs of rounds of {CallsPerRound} calls
              calls a second, to by hand      {Ratio(rounds, static round => round.CallsPerSecond)}
              processor time a call           {Ratio(rounds, static round => round.ProcessorMicroseconds)}
              bytes a call                    {Median(rounds[1].Select(static round => round.Bytes)):N0} to {Median(rounds[0].Select(static round => round.Bytes)):N0} by hand
              connections after warm-up       {connections[1]}, by hand {connections[0]}
            """));
    }

    private static string Ratio(List<LoadRound>[] rounds, Func<LoadRound, double> figure)
    {
        double[] ratios = [.. rounds[1].Zip(rounds[0], (own, byHand) => figure(own) / figure(byHand)).Order()];
        return string.Create(CultureInfo.InvariantCulture, $"{Median(ratios):0.000}  (middle half {ratios[ratios.Length / 4]:0.000} to {ratios[ratios.Length * 3 / 4]:0.000})");
    }

    private static double Median(IEnumerable<double> figures)
    {
        double[] ordered = [.. figures.Order()];
        return ordered[ordered.Length / 2];
    }
}
