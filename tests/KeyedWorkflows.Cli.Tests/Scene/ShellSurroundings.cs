namespace KeyedWorkflows.Cli.Tests.Scene;

/// <summary>What an operator's shell finds around it: the tool in its path, as an installation puts it there, and a home of its own.</summary>
internal static class ShellSurroundings
{
    public static Dictionary<string, string> Of(string directory, string home, params ReadOnlySpan<(string Name, string Value)> more)
    {
        if (OperatingSystem.IsWindows())
            return [];
        var programs = Directory.CreateDirectory(Path.Combine(directory, "programs")).FullName;
        var tool = Path.Combine(programs, "workflows");
        File.WriteAllText(tool, $"#!/bin/sh\nexec \"{Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"}\" \"{typeof(CommandLine).Assembly.Location}\" \"$@\"\n");
        File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Path.Combine(home, "inputrc"), "set enable-bracketed-paste off\n");
        Dictionary<string, string> variables = new()
        {
            ["PATH"] = programs + ":" + Environment.GetEnvironmentVariable("PATH"),
            ["HOME"] = home,
            ["INPUTRC"] = Path.Combine(home, "inputrc"),
            ["HISTFILE"] = Path.Combine(home, "history"),
            ["NO_COLOR"] = "1",
            ["NO_PROXY"] = "127.0.0.1",
        };
        foreach (var (name, value) in more)
            variables[name] = value;
        return variables;
    }
}
