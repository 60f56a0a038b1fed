namespace KeyedWorkflows.EndToEnd.Tests.Builds;

[Collection(BuildCollection.Name)]
public sealed class QuickstartTests
{
    private static readonly string[] Ending = ["The two tables agree.", "No key served another client."];

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task The_quickstart_ends_with_the_two_tables_that_the_README_shows()
    {
        Heavy.Only();
        using var scratch = new ScratchFolder();
        var built = await ChildProcess.DotNetAsync(
            scratch.Path,
            ["build", Repository.PathOf("samples/01-quickstart"), "--artifacts-path", scratch.PathOf("artifacts"), "--disable-build-servers", "-tl:off"]);
        built.Succeeds();
        var program = Directory.GetFiles(scratch.PathOf("artifacts/bin/Quickstart"), "Quickstart.dll", SearchOption.AllDirectories).Single();
        var ran = (await ChildProcess.DotNetAsync(scratch.Path, program)).Succeeds();

        string[] printed = [.. ran.Lines.SkipWhile(static line => !line.StartsWith("what the runs say they used", StringComparison.Ordinal)).TakeWhile(line => line != Ending[^1]), Ending[^1]];
        Assert.Contains(Ending[0], printed);
        Assert.Contains(Ending[1], ran.Lines);
        Assert.Equal(TableOf(await File.ReadAllLinesAsync(Repository.PathOf("README.md"), TestContext.Current.CancellationToken)), printed);
    }

    /// <summary>What stands between the fences around the table.</summary>
    private static string[] TableOf(string[] readme)
    {
        var start = Array.FindIndex(readme, static line => line.StartsWith("what the runs say they used", StringComparison.Ordinal));
        Assert.True(start > 0, "The README shows no table.");
        return [.. readme.Skip(start).TakeWhile(static line => !line.StartsWith("```", StringComparison.Ordinal)).Select(static line => line.Trim())];
    }
}
