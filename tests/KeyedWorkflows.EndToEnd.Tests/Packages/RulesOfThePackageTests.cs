using KeyedWorkflows.EndToEnd.Tests.Builds;

namespace KeyedWorkflows.EndToEnd.Tests.Packages;

/// <summary>A project that has installed the package is told what the rules' pages promise.</summary>
[Collection(BuildCollection.Name)]
public sealed class RulesOfThePackageTests(PackedProduct product)
{
    // The examples name the types of what a workflow meets: databases, loggers, clients of providers.
    private static readonly string[] All = ["KeyedWorkflows", "KeyedWorkflows.Providers.OpenAI", "KeyedWorkflows.Storage", "KeyedWorkflows.Testing"];

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task Every_rule_fires_on_what_its_page_calls_wrong_and_no_other_does()
    {
        Heavy.Only();
        using var scratch = await product.ScratchAsync();
        List<string> expected = [];
        List<string> reported = [];
        foreach (var (name, examples) in ProjectsOf("Wrong"))
        {
            var (result, rules) = await BuildAsync(scratch, name, examples);
            Assert.True(rules.Count > 0, result.Output);
            expected.AddRange(examples.Select(static example => $"{example.Id}: {example.Id}"));

            // What names no file of an example is none's, and so is one too many.
            reported.AddRange(rules.Select(rule => $"{examples.FirstOrDefault(example => example.FileNames.Contains(rule.File))?.Id ?? rule.File}: {rule.Id}"));
        }
        Assert.Equal(expected.Order(StringComparer.Ordinal), reported.Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task What_the_pages_call_right_and_the_quickstart_are_silent()
    {
        Heavy.Only();
        using var scratch = await product.ScratchAsync();
        foreach (var (name, examples) in ProjectsOf("Right"))
        {
            var (result, rules) = await BuildAsync(scratch, name, examples, "-p:KeyedWorkflowsRules=strict");
            result.Succeeds();
            Assert.Empty(rules);
        }

        var quickstart = new InstalledProject(scratch, "Quickstart", product, All);
        foreach (var file in Directory.GetFiles(Repository.PathOf("samples/01-quickstart/Desk"), "*.cs").Concat(Directory.GetFiles(Repository.PathOf("samples/01-quickstart/Orders"), "*.cs")))
            quickstart.Write(Path.GetFileName(file), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        var (built, ofQuickstart) = await quickstart.BuildAsync("-p:KeyedWorkflowsRules=strict");
        built.Succeeds();
        Assert.Empty(ofQuickstart);
    }

    [Theory]
    [InlineData("KeyedWorkflows")]
    [InlineData("KeyedWorkflows.Providers.OpenAI")]
    [InlineData("KeyedWorkflows.Storage")]
    [InlineData("KeyedWorkflows.Testing")]
    [Trait("Category", "Heavy")]
    public async Task Any_one_of_the_packages_brings_generator_and_rules_along(string id)
    {
        Heavy.Only();
        using var scratch = await product.ScratchAsync();
        var project = new InstalledProject(scratch, "One", product, [id]);
        project.Write("Types.cs", RulePage.Types);
        RulePage.Of("KW1004").Example("Wrong").WriteTo(project);

        var (result, rules) = await project.BuildAsync();

        result.Succeeds();
        Assert.Equal(["KW1004.Wrong.cs: warning KW1004"], rules.Select(static rule => rule.ToString()));
    }

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task A_project_that_does_not_reference_the_product_s_assembly_is_given_nothing()
    {
        Heavy.Only();
        using var scratch = await product.ScratchAsync();
        var project = new InstalledProject(scratch, "Without", product, [], $"""
              <PropertyGroup>
                <EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles>
                <CompilerGeneratedFilesOutputPath>generated</CompilerGeneratedFilesOutputPath>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="KeyedWorkflows" Version="{product.Version}" IncludeAssets="analyzers;build;buildTransitive" />
                <Using Remove="KeyedWorkflows;Microsoft.Extensions.AI" />
              </ItemGroup>
            """);
        project.Write("Code.cs", "public class Code { public string? Text; public void Step() => Text = \"x\"; }");

        var (result, rules) = await project.BuildAsync();

        result.Succeeds();
        Assert.Empty(rules);
        var emitted = Directory.GetFiles(project.PathOf("generated"), "*.cs", SearchOption.AllDirectories).Where(static file => file.Contains("KeyedWorkflows", StringComparison.Ordinal));
        Assert.Equal("Microsoft.CodeAnalysis.EmbeddedAttribute.cs", Path.GetFileName(Assert.Single(emitted)));
    }

    /// <summary>One project for all examples that need none to themselves, and one for each that does.</summary>
    private static IEnumerable<(string Name, IReadOnlyList<RuleExample> Examples)> ProjectsOf(string heading)
    {
        RuleExample[] all = [.. RulePage.All.Select(page => page.Example(heading))];
        Assert.NotEmpty(all);
        yield return (heading, [.. all.Where(static example => !example.IsOfWholeProject)]);
        foreach (var example in all.Where(static example => example.IsOfWholeProject))
            yield return ($"{heading}.{example.Id}", [example]);
    }

    private async Task<(ProcessResult Result, IReadOnlyList<ReportedRule> Rules)> BuildAsync(ScratchFolder scratch, string name, IReadOnlyList<RuleExample> examples, params string[] arguments)
    {
        var project = new InstalledProject(scratch, name, product, All);
        project.Write("Types.cs", RulePage.Types);
        foreach (var example in examples)
            example.WriteTo(project);
        return await project.BuildAsync(arguments);
    }
}
