using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace KeyedWorkflows.Cli.Tests.Scene;

/// <summary>A shell at a real terminal (a pseudo-tty, by util-linux's <c>script</c>), into which an operator types.</summary>
internal sealed partial class OperatorShell : IAsyncDisposable
{
    private const string Prompt = "next-command> ";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly Process process;
    private readonly LiveScreen screen = new();
    private readonly Task reading;
    private int seen;

    private OperatorShell(Process process)
    {
        this.process = process;
        reading = Task.Run(ReadAsync);
    }

    /// <summary>Why there is none here; null where there is.</summary>
    public static string? Absence => File.Exists("/usr/bin/script") && File.Exists("/bin/bash") ? null : "There is no pseudo-tty here: it needs util-linux's script, and bash.";

    /// <summary>All that was ever shown, as it came.</summary>
    public string Screen => screen.ToString();

    public static async Task<OperatorShell> StartAsync(string directory, IReadOnlyDictionary<string, string> variables)
    {
        // A runner in the background ignores Ctrl-C, and all that it starts does.
        var start = new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT,QUIT", "/usr/bin/script", "-qfec", "stty cols 250; exec bash --noprofile --norc -i", "/dev/null"])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        start.Environment["TERM"] = "xterm";
        start.Environment["SHELL"] = "/bin/bash";
        var shell = new OperatorShell(Process.Start(start)!);

        // In pieces, so that the line that sets it is not taken for it.
        await shell.TypeAsync($"PS1={Prompt[..5]}'{Prompt[5..]}'");
        return shell;
    }

    /// <summary>Types a line, and what is asked for, and gives what was shown until the next line may be typed.</summary>
    /// <param name="line">The line.</param>
    /// <param name="asked">What is shown when something is asked for.</param>
    /// <param name="answer">What is typed then.</param>
    public async Task<string> TypeAsync(string line, string? asked = null, string? answer = null)
    {
        await WriteAsync(line + "\n");
        if (asked is not null)
        {
            await WaitForAsync(asked);
            await WriteAsync(answer + "\n");
        }
        return await WaitForAsync(Prompt);
    }

    /// <summary>Types a line, and presses Ctrl-C while it goes on.</summary>
    /// <param name="line">The line.</param>
    /// <param name="shown">What is shown by then.</param>
    /// <param name="happened">Whether has happened what follows at once on what is shown; null for nothing.</param>
    /// <returns>What was shown, and the exit code.</returns>
    public async Task<(string Shown, string Code)> InterruptAsync(string line, string shown, Func<bool>? happened = null)
    {
        await WriteAsync(line + "\n");
        var before = await WaitForAsync(shown);
        for (var until = DateTime.UtcNow + Patience; happened?.Invoke() == false; await Task.Yield())
            Assert.True(DateTime.UtcNow < until, $"What is waited for has not happened:\n{Screen}");
        await WriteAsync("\u0003");
        var after = await WaitForAsync(Prompt);
        var told = await TypeAsync("echo the-code-is-$?");
        return (before + shown + after, told[(told.LastIndexOf("the-code-is-", StringComparison.Ordinal) + "the-code-is-".Length)..].Trim());
    }

    /// <summary>Types a line, presses Ctrl-Z while it asks, lets it go on with <c>fg</c>, and types what it asks for again.</summary>
    /// <param name="line">The line.</param>
    /// <param name="asked">What is shown when something is asked for.</param>
    /// <param name="answer">What is typed when it is shown again.</param>
    public async Task<string> SuspendAsync(string line, string asked, string answer)
    {
        await WriteAsync(line + "\n");
        await WaitForAsync(asked);
        await WriteAsync("\u001a");
        await WaitForAsync(Prompt);
        return await TypeAsync("fg", asked, answer);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await WriteAsync("exit\n");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        await reading;
        process.Dispose();
    }

    private async Task WriteAsync(string text)
    {
        await process.StandardInput.WriteAsync(text.AsMemory(), TestContext.Current.CancellationToken);
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }

    private async Task<string> WaitForAsync(string text)
    {
        var shown = await screen.FindAsync(all => all.IndexOf(text, seen, StringComparison.Ordinal) is >= 0 and var at ? all[seen..at] : null, reading, Patience);
        seen += shown.Length + text.Length;
        return Escapes().Replace(shown, "").Replace("\r", "", StringComparison.Ordinal);
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await process.StandardOutput.ReadAsync(buffer) is > 0 and var read)
            screen.Append(buffer.AsSpan(0, read));
    }

    [GeneratedRegex(@"\u001b\[[0-9;?]*[A-Za-z]|\u001b[=>]|\u0007")]
    private static partial Regex Escapes();
}
