using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace KeyedWorkflows.EndToEnd.Tests.Builds;

/// <summary>A library, a host and a test project of a user, who sees the internals of each other, all with workflows, inside a namespace that ends as the product's types begin.</summary>
[Collection(BuildCollection.Name)]
public sealed partial class FreshProjectTests
{
    [Fact]
    [Trait("Category", "Heavy")]
    public async Task A_library_a_host_and_a_test_project_build_without_a_warning_and_run_each_others_workflows()
    {
        Heavy.Only();
        using var scratch = new ScratchFolder();
        WriteProjects(scratch);

        // The tests reference the host, and the host the library: one command builds all.
        var built = await ChildProcess.DotNetAsync(scratch.Path, ["build", "Acme.Workflows.Tests", "--artifacts-path", scratch.PathOf("artifacts"), "--disable-build-servers", "-tl:off"]);
        built.Succeeds();
        Assert.True(built.Output.Contains(" 0 Warning(s)", StringComparison.Ordinal) && !Warning().IsMatch(built.Output), built.Output);

        var ran = (await ChildProcess.DotNetAsync(scratch.Path, ProgramOf(scratch, "Acme.Workflows.Host"))).Succeeds();
        Assert.Equal(["library: three words here has 3 words", "library, within: here words three", "host: THREE WORDS HERE!"], ran.Lines.Where(static line => line.Length > 0));

        var tested = (await ChildProcess.DotNetAsync(scratch.Path, ProgramOf(scratch, "Acme.Workflows.Tests"))).Succeeds();
        Assert.Contains("Total: 2, Errors: 0, Failed: 0, Skipped: 0", tested.Output, StringComparison.Ordinal);
    }

    private static string ProgramOf(ScratchFolder scratch, string project) => Directory.GetFiles(scratch.PathOf($"artifacts/bin/{project}"), project + ".dll", SearchOption.AllDirectories).Single(static path => !path.Contains("/ref/", StringComparison.Ordinal));

    /// <summary>Copies the projects that stand beside the tests, and lets them find the product and its versions.</summary>
    private static void WriteProjects(ScratchFolder scratch)
    {
        var projects = Path.Combine(AppContext.BaseDirectory, "Builds", "Projects");
        foreach (var file in Directory.GetFiles(projects, "*", SearchOption.AllDirectories))
            scratch.Write(Path.GetRelativePath(projects, file).Replace(".txt", "", StringComparison.Ordinal), File.ReadAllText(file));
        scratch.Write("Directory.Build.props", Properties());

        // Nothing of a folder above is taken up.
        scratch.Write("Directory.Build.targets", "<Project />");
        scratch.Write("Directory.Packages.props", "<Project />");
        scratch.Write(".editorconfig", "root = true\n");
        File.Copy(Repository.PathOf("global.json"), scratch.PathOf("global.json"));
    }

    private static string Properties()
    {
        var versions = XDocument.Load(Repository.PathOf("Directory.Packages.props"));
        return $"""
            <Project>
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <AnalysisLevel>latest-recommended</AnalysisLevel>
                <NuGetAudit>false</NuGetAudit>
                <Repository>{Repository.Root}/</Repository>
                <DependencyInjectionVersion>{Property("ExtensionsVersion")}</DependencyInjectionVersion>
                <XunitVersion>{Package("xunit.v3")}</XunitVersion>
              </PropertyGroup>
            </Project>
            """;

        string Property(string name) => versions.Descendants(name).Single().Value;
        string Package(string name) => versions.Descendants("PackageVersion").Single(package => (string?)package.Attribute("Include") == name).Attribute("Version")!.Value;
    }

    [GeneratedRegex(@": warning [A-Z]+\d+")]
    private static partial Regex Warning();
}
