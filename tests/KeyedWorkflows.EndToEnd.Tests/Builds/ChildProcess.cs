using System.Diagnostics;
using System.Text;

namespace KeyedWorkflows.EndToEnd.Tests.Builds;

/// <summary>Runs a program as a user would from a shell, bounded in time.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(5);

    // What the process that runs the tests was given for its own build, and a build of its own must not take up.
    private static readonly string[] NotForChildren = ["MSBUILD_EXE_PATH", "MSBuildExtensionsPath", "MSBuildSDKsPath", "MSBuildLoadMicrosoftTargetsReadOnly", "MSBUILDADDITIONALSDKRESOLVERSFOLDER"];

    /// <summary>Runs the SDK.</summary>
    public static Task<ProcessResult> DotNetAsync(string folder, params string[] arguments) => RunAsync(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", folder, arguments);

    /// <summary>Runs a program, and waits until it has ended. Past the bound it is killed, with all that it started.</summary>
    public static async Task<ProcessResult> RunAsync(string program, string folder, params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false },
        };
        foreach (var name in NotForChildren)
            process.StartInfo.Environment.Remove(name);
        process.StartInfo.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        process.StartInfo.Environment["DOTNET_NOLOGO"] = "1";
        process.StartInfo.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        process.StartInfo.Environment["MSBUILDDISABLENODEREUSE"] = "1";

        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(Bound);
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} took longer than {Bound.TotalMinutes} minutes.\n{Text(output)}");
        }
        return new(process.ExitCode, Text(output));
    }

    private static void Append(StringBuilder output, string? line)
    {
        if (line is null)
            return;
        lock (output)
            output.Append(line).Append('\n');
    }

    private static string Text(StringBuilder output)
    {
        lock (output)
            return output.ToString();
    }
}
