namespace KeyedWorkflows.EndToEnd.Tests.Builds;

[Collection(BuildCollection.Name)]
public sealed class NativeAotTests
{
    /// <summary>The smoke application makes IL warnings errors, so that what trimming would break breaks the publish.</summary>
    [Fact]
    [Trait("Category", "Heavy")]
    public async Task A_workflow_with_structured_output_and_a_tool_runs_as_a_native_program()
    {
        Heavy.Only();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test knows the linker of Linux alone.");
        Assert.SkipUnless(IsInstalled("gcc") && File.Exists("/usr/include/zlib.h"), "Native AOT links with gcc and zlib: install gcc, libc6-dev and zlib1g-dev, as .ci/run does.");
        using var scratch = new ScratchFolder();
        var project = Repository.PathOf("tests/KeyedWorkflows.AotSmoke/KeyedWorkflows.AotSmoke.csproj");

        // Folders of its own, so that it disturbs no other build.
        var published = await ChildProcess.DotNetAsync(
            scratch.Path,
            ["publish", project, "-c", "Release", "--artifacts-path", scratch.PathOf("artifacts"), "-p:CppCompilerAndLinker=gcc", "-p:LinkerFlavor=bfd", "--disable-build-servers", "-tl:off"]);
        published.Succeeds();
        Assert.DoesNotContain("warning IL", published.Output, StringComparison.Ordinal);

        var program = Directory.GetFiles(scratch.PathOf("artifacts/publish"), "KeyedWorkflows.AotSmoke", SearchOption.AllDirectories).Single();
        var ran = (await ChildProcess.RunAsync(program, scratch.Path)).Succeeds();
        Assert.Matches(@"^Lisbon in two days: Alfama on day 1, Belém on day 2; 2 calls, \d+ tokens\.\n$", ran.Output);
    }

    private static bool IsInstalled(string program) => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
