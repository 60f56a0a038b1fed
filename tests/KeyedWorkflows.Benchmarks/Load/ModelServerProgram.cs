using System.Globalization;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.Benchmarks.Load;

/// <summary>
/// The model server, in a process of its own, so that what it costs is on nobody's account. Its keys come in by standard input, one a line, ended by an
/// empty line; then its address goes out. Each further line is answered with the number of connections so far. It ends with its input.
/// </summary>
internal static class ModelServerProgram
{
    public const string Verb = "model-server";

    public static async Task<int> RunAsync()
    {
        List<string> keys = [];
        while (await Console.In.ReadLineAsync() is { Length: > 0 } key)
            keys.Add(key);
        await using var server = await ModelServer.StartAsync(options =>
        {
            options.RecordRequests = false;
            foreach (var key in keys)
                options.Keys.Add(key);
        });
        server.Answer("Your order is on its way, and should be with you on Thursday.");
        Console.WriteLine(server.Endpoint);
        while (await Console.In.ReadLineAsync() is not null)
            Console.WriteLine(server.Connections.ToString(CultureInfo.InvariantCulture));
        return 0;
    }
}
