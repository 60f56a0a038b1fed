using System.ComponentModel;
using System.Diagnostics;

namespace KeyedWorkflows.Samples.Tests.TriggerApi;

/// <summary>The sample's page: its commands are run in a shell, and print what it says.</summary>
public sealed class ReadmeTests
{
    private const string Sample = "samples/02-trigger-api";

    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_command_prints_what_the_page_says()
    {
        await DemandAsync("bash", "curl", "node", "npm");
        using var scratch = new ScratchFolder();
        var seed = scratch.PathOf("seed.json");
        await using var host = await HostProcess.StartAsync("--seed-file", seed);
        var told = HostProcess.ReadSeed(seed);

        // npm installs beside the script: here, not in the sources.
        foreach (var file in Directory.GetFiles(Repository.PathOf(Sample + "/Node")))
        {
            Directory.CreateDirectory(scratch.PathOf(Sample + "/Node"));
            File.Copy(file, scratch.PathOf($"{Sample}/Node/{Path.GetFileName(file)}"));
        }
        var steps = ReadmeStep.ReadAll(Repository.PathOf(Sample + "/README.md"));
        Assert.True(steps.Count > 10, "The page's commands are not found.");

        var mark = $"--{Guid.NewGuid():N}--";
        var printed = await ShellAsync(scratch.Path, string.Join($"\necho; echo {mark}\n", steps.Select(static step => step.Commands)), new()
        {
            ["BASE"] = (string)told["base_url"]!,
            ["TOKEN"] = (string)told["clients"]![0]!["token"]!,
            ["BROAD"] = (string)told["broad"]!["token"]!,
            ["ADMIN"] = (string)told["administration"]!["token"]!,
            ["KEY"] = (string)told["broad"]!["api_key"]!,
            ["NO_PROXY"] = "127.0.0.1",
        });

        var parts = printed.Split(mark);
        Assert.True(parts.Length == steps.Count, printed);
        Assert.All(steps.Zip(parts), static pair => pair.First.AssertPrinted(pair.Second));
    }

    private static async Task DemandAsync(params string[] programs)
    {
        foreach (var program in programs)
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true })!;
                await process.WaitForExitAsync(Ct);
            }
            catch (Win32Exception)
            {
                Assert.Skip($"There is no {program}: the page's commands need bash, curl, node and npm.");
            }
        }
    }

    private static async Task<string> ShellAsync(string folder, string script, Dictionary<string, string> environment)
    {
        using var process = new Process { StartInfo = new("bash", ["-c", script]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false } };
        foreach (var (name, value) in environment)
            process.StartInfo.Environment[name] = value;
        process.Start();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        bound.CancelAfter(Bound);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(bound.Token);
            var output = await process.StandardOutput.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            return output + await errors;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
