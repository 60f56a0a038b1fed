using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using KeyedWorkflows.KeyCorpus.Cases;

namespace KeyedWorkflows.KeyCorpus.Comparison;

/// <summary>Runs secretlint, a scanner of text, on files on the disk. It comes from npm into a folder of its own, in the versions that are written down here.</summary>
internal static class Secretlint
{
    private static readonly string[] packages =
    [
        "secretlint@13.0.6",
        "@secretlint/secretlint-rule-preset-recommend@13.1.0",
    ];

    /// <summary>Its rules of model providers are part of the preset.</summary>
    private const string Rules = """{ "rules": [{ "id": "@secretlint/secretlint-rule-preset-recommend" }] }""";

    /// <param name="folder">Where npm installs, and the files are written to.</param>
    /// <returns>Null where npm is not at hand.</returns>
    public static async Task<ToolResult?> RunAsync(IReadOnlyList<KeyCase> cases, string folder)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), """{ "private": true }""");
        await File.WriteAllTextAsync(Path.Combine(folder, ".secretlintrc.json"), Rules);
        try
        {
            if (!Directory.Exists(Path.Combine(folder, "node_modules", "secretlint")))
                await StartAsync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", .. packages], folder);
        }
        catch (Win32Exception)
        {
            return null;
        }

        var files = Path.Combine(folder, "files");
        if (Directory.Exists(files))
            Directory.Delete(files, recursive: true);
        foreach (var one in cases)
        {
            var path = Path.Combine(files, one.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, one.Text);
        }

        var output = Path.Combine(folder, "findings.json");
        await StartAsync("npx", ["--no-install", "secretlint", "--format", "json", "--maskSecrets", "--output", output, "files/**/*", "files/**/.*"], folder);
        using var findings = JsonDocument.Parse(await File.ReadAllTextAsync(output));
        return new ToolResult("secretlint", ReadsSettings: true,
        [
            .. from file in findings.RootElement.EnumerateArray()
               let path = Path.GetRelativePath(files, file.GetProperty("filePath").GetString()!).Replace('\\', '/')
               from message in file.GetProperty("messages").EnumerateArray()
               select new Finding(path, message.GetProperty("loc").GetProperty("start").GetProperty("line").GetInt32(), message.GetProperty("ruleId").GetString()!),
        ]);
    }

    private static async Task StartAsync(string program, string[] arguments, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        // 1 says that something was found.
        if (process.ExitCode > 1)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {said}");
    }
}
