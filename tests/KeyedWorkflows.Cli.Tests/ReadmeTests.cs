using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using KeyedWorkflows.Cli.Tests.Scene;
using KeyedWorkflows.Cli.Tests.Workflows;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>The operator's page, typed as a new operator would, line by line, at a real terminal.</summary>
public sealed class ReadmeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_is_typed_from_an_empty_directory_and_no_key_is_left_anywhere()
    {
        Assert.SkipWhen(OperatorShell.Absence is not null, OperatorShell.Absence ?? "");
        var (a, b, rotated) = (Operator.NewKey(), Operator.NewKey(), Operator.NewKey());
        await using var models = await ModelServer.StartAsync(cancellationToken: Ct);
        foreach (var key in (string[])[a, b, rotated])
            models.Keys.Add(key);
        var directory = Directory.CreateTempSubdirectory("kw-operator-").FullName;
        try
        {
            var home = Directory.CreateDirectory(Path.Combine(directory, "home")).FullName;
            var work = Directory.CreateDirectory(Path.Combine(directory, "work")).FullName;
            await using (var shell = await OperatorShell.StartAsync(work, ShellSurroundings.Of(directory, home, ("KEYEDWORKFLOWS_OPENAI_ENDPOINT", models.Endpoint.AbsoluteUri))))
            {
                var keys = new Dictionary<string, string> { ["profiles add client_a_openai"] = a, ["profiles add client_b_openai"] = b, ["profiles rotate client_a_openai"] = rotated };
                var port = FreePort();
                foreach (var step in ReadmeStep.ReadAll(Page))
                {
                    var shown = "";
                    foreach (var line in step.Commands.Split('\n'))
                    {
                        var typed = line.Replace("5080", $"{port}", StringComparison.Ordinal).Replace("Desk.dll", typeof(Desk).Assembly.Location, StringComparison.Ordinal);
                        var asks = keys.FirstOrDefault(key => line.Contains(key.Key, StringComparison.Ordinal));
                        shown += await shell.TypeAsync(typed, asks.Key is null ? null : "openai: ", asks.Value);
                    }
                    step.AssertPrinted(shown);
                }
                await shell.TypeAsync("wait; history -a");
                Canary.IsNotIn(shell.Screen, a, b, rotated);
            }

            // The old key paid for the first run, the new one for the row; the trial of the new one is nobody's usage.
            Assert.Equal(2, models.Usage(a).Requests);
            Assert.Equal(3, models.Usage(rotated).Requests);
            Assert.Contains("profiles add client_a_openai", File.ReadAllText(Path.Combine(home, "history")), StringComparison.Ordinal);
            Assert.Equal(3, File.ReadAllLines(Path.Combine(work, "answers.csv")).Length);
            Assert.Contains("client-b", File.ReadAllText(Path.Combine(work, "usage.csv")), StringComparison.Ordinal);
            await UnpackAsync(work);
            Canary.IsInNoFile(directory, a, b, rotated);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Page
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Workflows.sln")))
                    return Path.Combine(folder.FullName, "src/KeyedWorkflows.Cli/README.md");
            }
            throw new DirectoryNotFoundException($"Workflows.sln is in no folder above {AppContext.BaseDirectory}.");
        }
    }

    private static async Task UnpackAsync(string work)
    {
        var unpacked = Directory.CreateDirectory(Path.Combine(work, "unpacked")).FullName;
        using var tar = Process.Start("tar", ["-xzf", Path.Combine(work, "backup.tar.gz"), "-C", unpacked]);
        await tar.WaitForExitAsync(Ct);
        Assert.Equal(0, tar.ExitCode);
        Assert.True(File.Exists(Path.Combine(unpacked, "database/workflows.db")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
