using System.Diagnostics;

namespace KeyedWorkflows.Server.Tests.Ledger;

/// <summary>A host in a process of its own, which the test kills as a system does that has no memory left.</summary>
internal sealed class KilledHost : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    private readonly Process process;

    private KilledHost(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<KilledHost> StartAsync(string directory, Uri models)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(Output(), "KeyedWorkflows.Server.KilledHost.dll"), directory, models.AbsoluteUri])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var address = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Bound, TestContext.Current.CancellationToken);
        if (address is null)
            throw new InvalidOperationException("The host did not start: " + await errors);
        return new KilledHost(process, new Uri(address + "/v1/"));
    }

    /// <summary>Ends it at once, without a word to it.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }

    /// <summary>Beside this project's own, in the same configuration.</summary>
    private static string Output() => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "..", "..", "KeyedWorkflows.Server.KilledHost", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, new DirectoryInfo(AppContext.BaseDirectory).Name));
}
