using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;

namespace KeyedWorkflows.Server.Tests.Dify;

/// <summary>Dify's own client, as it is published for Node: installed once for a run of the tests, and run as a process for each call.</summary>
public sealed class DifyClient : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Dify");

    private string? absence;

    public async ValueTask InitializeAsync()
    {
        try
        {
            await RunAsync("node", ["--version"], null);
            var (code, output) = await RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci"], null);
            if (code != 0)
                absence = $"npm could not install dify-client: {output}";
        }
        catch (Win32Exception)
        {
            absence = "There is no Node, or no npm: install both to run Dify's own client against the server.";
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Calls one of the client's methods.</summary>
    /// <param name="client">Whose token is used, and where.</param>
    /// <param name="call">The method.</param>
    /// <param name="order">What it is given.</param>
    internal async Task<DifyOutcome> CallAsync(TestClient client, string call, JsonObject order)
    {
        if (absence is not null)
            Assert.Skip(absence);
        order["call"] = call;
        order["baseUrl"] = client.Http.BaseAddress!.AbsoluteUri.TrimEnd('/');
        order["token"] ??= client.Token.Value.Reveal();
        var (code, output) = await RunAsync("node", ["call.mjs"], order.ToJsonString());
        Assert.True(code == 0, output);
        return new DifyOutcome(JsonNode.Parse(output)!.AsObject());
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, string? input)
    {
        using var process = new Process
        {
            StartInfo = new(program, arguments) { WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false },
        };

        // The server is on loopback: no proxy is asked for it.
        process.StartInfo.Environment["NO_PROXY"] = "127.0.0.1";
        process.Start();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(Bound);
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(bound.Token);
            var output = await process.StandardOutput.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            return (process.ExitCode, process.ExitCode == 0 ? output : output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
