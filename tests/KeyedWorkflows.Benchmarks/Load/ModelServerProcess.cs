using System.Diagnostics;
using System.Globalization;

namespace KeyedWorkflows.Benchmarks.Load;

/// <summary>A running <see cref="ModelServerProgram"/>. Disposing ends it.</summary>
internal sealed class ModelServerProcess : IAsyncDisposable
{
    private readonly Process process;

    private ModelServerProcess(Process process, Uri endpoint)
    {
        this.process = process;
        Endpoint = endpoint;
    }

    public Uri Endpoint { get; }

    public static async Task<ModelServerProcess> StartAsync(IEnumerable<string> keys)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [ModelServerProgram.Verb])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        foreach (var key in keys)
            await process.StandardInput.WriteLineAsync(key);
        await process.StandardInput.WriteLineAsync();
        var endpoint = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The model server did not start.");
        return new(process, new(endpoint));
    }

    /// <summary>Connections that were ever opened to it.</summary>
    public async Task<long> ConnectionsAsync()
    {
        await process.StandardInput.WriteLineAsync("connections");
        return long.Parse((await process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
