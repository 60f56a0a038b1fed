using System.Diagnostics;

namespace KeyedWorkflows.Samples.Tests.TriggerApi;

/// <summary>The sample's caller in C#: the generated client, over HTTP.</summary>
public sealed class CallerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_caller_prints_what_the_page_says()
    {
        using var scratch = new ScratchFolder();
        var seed = scratch.PathOf("seed.json");
        await using var host = await HostProcess.StartAsync("--seed-file", seed);
        var told = HostProcess.ReadSeed(seed);

        var (code, printed) = await CallAsync((string)told["base_url"]!, (string)told["clients"]![0]!["token"]!);

        Assert.Equal(0, code);
        Assert.Contains(printed.ReplaceLineEndings("\n").Trim(), await File.ReadAllTextAsync(Repository.PathOf("samples/02-trigger-api/README.md"), Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_the_server_does_not_know_is_said_and_not_shown()
    {
        await using var host = await HostProcess.StartAsync();
        var token = "app-" + Guid.NewGuid().ToString("N");

        var (code, printed) = await CallAsync(host.Address.AbsoluteUri, token);

        Assert.Equal(1, code);
        Assert.StartsWith("token_refused:", printed, StringComparison.Ordinal);
        Assert.DoesNotContain(token, printed, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Printed)> CallAsync(string address, string token)
    {
        using var process = new Process
        {
            StartInfo = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Repository.OutputOf("samples/02-trigger-api/Caller", "Caller.dll"), "Where is my order?"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };
        process.StartInfo.Environment["BASE"] = address.TrimEnd('/');
        process.StartInfo.Environment["TOKEN"] = token;
        process.Start();
        var errors = process.StandardError.ReadToEndAsync(Ct);
        var output = await process.StandardOutput.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);
        return (process.ExitCode, output + await errors);
    }
}
