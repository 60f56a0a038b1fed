namespace KeyedWorkflows.EndToEnd.Tests.Builds;

[Collection(BuildCollection.Name)]
public sealed class LockedRestoreTests
{
    private static readonly string[] Parts = ["src", "generators", "analyzers", "samples", "tests"];

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task LockedRestoreSucceeds()
    {
        Heavy.Only();
        using var scratch = new ScratchFolder();
        foreach (var file in Directory.GetFiles(Repository.Root).Concat(Parts.SelectMany(static part => Directory.GetFiles(Repository.PathOf(part), "*", SearchOption.AllDirectories))).Where(static file => IsOfRestore(file)))
            scratch.Write(Path.GetRelativePath(Repository.Root, file), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));

        (await ChildProcess.DotNetAsync(scratch.Path, "restore", "Workflows.sln", "--locked-mode", "--disable-build-servers", "-tl:off")).Succeeds();

        // It is the lock that decides: one that does not fit is refused.
        var locked = scratch.PathOf("src/KeyedWorkflows/packages.lock.json");
        await File.WriteAllTextAsync(locked, (await File.ReadAllTextAsync(locked, TestContext.Current.CancellationToken)).Replace("\"requested\": \"[8.", "\"requested\": \"[7.", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var refused = await ChildProcess.DotNetAsync(scratch.Path, "restore", "Workflows.sln", "--locked-mode", "--force", "--disable-build-servers", "-tl:off");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("NU1004", refused.Output, StringComparison.Ordinal);
    }

    private static bool IsOfRestore(string file) =>
        (Path.GetExtension(file) is ".csproj" or ".props" or ".targets" or ".sln" || Path.GetFileName(file) is "packages.lock.json" or "global.json" or "nuget.config" or "NuGet.config")
            && !file.Split(Path.DirectorySeparatorChar).Any(static part => part is "bin" or "obj");
}
