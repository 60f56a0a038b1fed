using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace KeyedWorkflows.Samples.Tests.TriggerApi;

/// <summary>The sample's host, as a process of its own on a free port.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly StringBuilder output = new();

    private HostProcess(Process process) => this.process = process;

    /// <summary>What it has written.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    /// <summary>Where its API lies.</summary>
    public Uri Address { get; private set; } = new("about:blank");

    /// <summary>Where its data lies.</summary>
    public string Data { get; private set; } = "";

    /// <summary>Starts it, and waits until it serves or has ended.</summary>
    public static Task<HostProcess> StartAsync(params string[] arguments) => StartAsync([], arguments);

    /// <summary>The same with variables of the environment.</summary>
    public static async Task<HostProcess> StartAsync((string Name, string Value)[] variables, params string[] arguments)
    {
        var process = new Process
        {
            StartInfo = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Repository.OutputOf("samples/02-trigger-api/Host", "Host.dll"), "--port", "0", .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };
        process.StartInfo.Environment.Remove("KEYEDWORKFLOWS_OPENAI_ENDPOINT");
        foreach (var (name, value) in variables)
            process.StartInfo.Environment[name] = value;
        var host = new HostProcess(process);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) => host.Hear(line.Data, told);
        process.ErrorDataReceived += (_, line) => host.Hear(line.Data, null);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await told.Task.WaitAsync(Bound, TestContext.Current.CancellationToken);
        return host;
    }

    /// <summary>Reads what it wrote for programs that call it.</summary>
    public static JsonObject ReadSeed(string path) => JsonNode.Parse(File.ReadAllText(path))!.AsObject();

    /// <summary>Asks it to stop, as a service manager does, and waits for its end. On Windows there is no such signal: it is killed.</summary>
    public async Task<int> StopAsync()
    {
        if (OperatingSystem.IsWindows())
            process.Kill();
        else
        {
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        return await EndAsync();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Bound, TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await StopAsync();
        process.Dispose();
    }

    private void Hear(string? line, TaskCompletionSource? told)
    {
        if (line is null)
        {
            told?.TrySetResult();
            return;
        }
        lock (output)
            output.Append(line).Append('\n');
        if (line.StartsWith("Data: ", StringComparison.Ordinal))
            Data = line["Data: ".Length..];
        if (line.StartsWith("Workflow support-reply at ", StringComparison.Ordinal))
        {
            Address = new Uri(line.Split(' ')[3].TrimEnd('.') + "/");
            told?.TrySetResult();
        }
    }
}
