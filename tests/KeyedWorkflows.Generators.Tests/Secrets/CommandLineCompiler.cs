using System.Diagnostics;
using System.Runtime.InteropServices;
using KeyedWorkflows.Analyzers;
using KeyedWorkflows.Generators.Tests.Compilations;

namespace KeyedWorkflows.Generators.Tests.Secrets;

/// <summary>The SDK's compiler as a build runs it, with the generator and the analyzers: for the log of errors, which nothing but that program writes.</summary>
internal static class CommandLineCompiler
{
    /// <returns>The SARIF, and what the compiler printed.</returns>
    public static async Task<(string Sarif, string Output)> CompileAsync(params IEnumerable<string> sources)
    {
        var folder = Directory.CreateTempSubdirectory("kw-sarif-").FullName;
        try
        {
            List<string> lines =
            [
                "/noconfig", "/nostdlib", "/target:library", "/langversion:latest", "/nullable:enable", $"/out:{folder}/out.dll", $"/errorlog:{folder}/errors.sarif,version=2.1",
                .. TestCompilation.References.Select(static reference => $"/r:\"{reference.Display}\""),
                $"/analyzer:\"{typeof(WorkflowGenerator).Assembly.Location}\"", $"/analyzer:\"{typeof(WorkflowGraphAnalyzer).Assembly.Location}\"",
            ];
            foreach (var source in sources)
            {
                var file = Path.Combine(folder, $"Source{lines.Count}.cs");
                await File.WriteAllTextAsync(file, source, TestContext.Current.CancellationToken);
                lines.Add($"\"{file}\"");
            }
            await File.WriteAllLinesAsync(Path.Combine(folder, "all.rsp"), lines, TestContext.Current.CancellationToken);

            using var process = Process.Start(new ProcessStartInfo(Path.Combine(Root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"), ["exec", Compiler, $"@{folder}/all.rsp"]) { RedirectStandardOutput = true })!;
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (await File.ReadAllTextAsync(Path.Combine(folder, "errors.sarif"), TestContext.Current.CancellationToken), output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Root => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    private static string Compiler => Directory.GetDirectories(Path.Combine(Root, "sdk")).Select(static sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll")).Where(File.Exists).Order(StringComparer.Ordinal).Last();
}
