using System.Text.Json;
using System.Text.RegularExpressions;
using KeyedWorkflows.EndToEnd.Tests.Builds;

namespace KeyedWorkflows.EndToEnd.Tests.Packages;

/// <summary>What the package sets up in a project: the files that rules read, the presets of severities, and what stops a build that could not work.</summary>
[Collection(BuildCollection.Name)]
public sealed partial class SetUpTests(PackedProduct product)
{
    private const string Quiet = "NeverMind.cs";

    /// <summary>Severities of KW1003 and KW1004 by preset.</summary>
    [Fact]
    [Trait("Category", "Heavy")]
    public async Task Strict_makes_an_error_of_a_run_that_nobody_pays_for_and_editorconfig_goes_before_it()
    {
        Heavy.Only();
        using var scratch = await product.ScratchAsync();
        var project = ProjectWith(scratch, "KW1003", "KW1004");

        var (asIs, byDefault) = await project.BuildAsync();
        asIs.Succeeds();
        Assert.Equal(["KW1003.Wrong.cs: note KW1003", "KW1004.Wrong.cs: warning KW1004"], byDefault.Select(static rule => rule.ToString()).Order(StringComparer.Ordinal));

        var (failed, strictly) = await project.BuildAsync("-p:KeyedWorkflowsRules=strict");
        Assert.NotEqual(0, failed.ExitCode);
        Assert.Equal(["KW1003.Wrong.cs: warning KW1003", "KW1004.Wrong.cs: error KW1004"], strictly.Select(static rule => rule.ToString()).Order(StringComparer.Ordinal));

        project.Write(".editorconfig", """
            [KW1003.*.cs]
            dotnet_diagnostic.KW1003.severity = error
            [KW1004.*.cs]
            dotnet_diagnostic.KW1004.severity = suggestion
            """);
        var (_, configured) = await project.BuildAsync("-p:KeyedWorkflowsRules=strict");
        Assert.Equal(["KW1003.Wrong.cs: error KW1003", "KW1004.Wrong.cs: note KW1004"], configured.Select(static rule => rule.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task A_rule_is_switched_off_by_pragma_by_attribute_and_by_editorconfig_where_it_is_meant()
    {
        Heavy.Only();
        using var scratch = await product.ScratchAsync();
        var project = ProjectWith(scratch, "KW1004");
        project.Write("Calls.cs", """
            using System.Diagnostics.CodeAnalysis;
            using Examples.KW1004.Wrong;

            public sealed class Calls(IAnswerClient answers)
            {
                public Task<Reply> ByPragma(Ticket ticket)
                {
            #pragma warning disable KW1004 // The host's default profile stands in the environment.
                    return answers.RunAsync(ticket);
            #pragma warning restore KW1004
                }

                [SuppressMessage("KeyedWorkflows.Credentials", "KW1004", Justification = "The host's default profile stands in the environment.")]
                public Task<Reply> ByAttribute(Ticket ticket) => answers.RunAsync(ticket);

                public Task<Reply> Meant(Ticket ticket) => answers.RunAsync(ticket);
            }
            """);
        project.Write(Quiet, "public sealed class NeverMind(Examples.KW1004.Wrong.IAnswerClient answers) { public Task<Reply> Ask(Ticket ticket) => answers.RunAsync(ticket); }");
        project.Write(".editorconfig", $"""
            [{Quiet}]
            dotnet_diagnostic.KW1004.severity = none
            """);

        var (result, rules) = await project.BuildAsync();

        result.Succeeds();
        Assert.Equal(["Calls.cs: warning KW1004", "KW1004.Wrong.cs: warning KW1004"], rules.Select(static rule => rule.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task A_compiler_that_is_too_old_and_a_preset_that_there_is_not_stop_the_build_with_one_sentence()
    {
        Heavy.Only();
        using var scratch = await product.ScratchAsync();
        var project = ProjectWith(scratch, "KW1004");

        var (old, _) = await project.BuildAsync("-p:CompilerApiVersion=roslyn4.13");
        Assert.Equal(["KW0001: KeyedWorkflows needs the C# compiler of version 4.14 or later, which the .NET SDK has since 9.0.300, and this build uses version 4.13."], ErrorsOf(old));

        var (unknown, _) = await project.BuildAsync("-p:KeyedWorkflowsRules=loose");
        Assert.Equal(["KW0002: The property KeyedWorkflowsRules is neither 'default' nor 'strict', and there are no other presets."], ErrorsOf(unknown));

        (await project.BuildAsync("-p:CompilerApiVersion=roslyn4.14")).Result.Succeeds();
    }

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task Rules_read_the_project_s_configuration_and_prompts_and_only_prompts_go_to_the_output()
    {
        Heavy.Only();
        using var scratch = await product.ScratchAsync();
        var project = ProjectWith(scratch, "KW1004");
        project.Write("appsettings.json", """{ "KeyedWorkflows": { "DefaultProfile": "house" } }""");
        project.Write("profiles.json", "{}");
        project.Write(".env", "NAME=value");
        project.Write("Properties/launchSettings.json", "{}");
        project.Write("prompts/ask.md", "{{ticket.Question}}");
        project.Write("Ask.cs", """
            [Workflow("ask")]
            [CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
            public sealed partial class Ask : IWorkflow<Ticket, Reply>
            {
                [Prompt(File = "prompts/ask.md")]
                public partial Task<Reply> Write(Ticket ticket, IChatClient chat, CancellationToken ct);
            }
            """);

        var (result, rules) = await project.BuildAsync("-o", project.PathOf("output"));

        result.Succeeds();
        Assert.Empty(rules);
        Assert.Equal(["prompts/ask.md"], Directory.GetFiles(project.PathOf("output"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(project.PathOf("output"), file)).Where(static file => Path.GetFileNameWithoutExtension(file) != "Project" && !file.EndsWith(".dll", StringComparison.Ordinal) && file != "Project.deps.json"));
    }

    /// <summary>A key that is packed is given away, and one that lies beside the sources may be.</summary>
    [Fact]
    [Trait("Category", "Heavy")]
    public async Task A_key_in_a_file_that_would_be_packed_is_an_error()
    {
        Heavy.Only();
        using var scratch = await product.ScratchAsync();
        var project = new InstalledProject(scratch, "Project", product, ["KeyedWorkflows"], "<ItemGroup><Content Include=\"appsettings.json\" /></ItemGroup>");
        foreach (var file in (string[])["appsettings.json", "appsettings.Development.json"])
            project.Write(file, $$"""{ "KeyedWorkflows": { "Profiles": { "acme": { "ApiKey": "sk-proj-{{Guid.NewGuid():N}}{{Guid.NewGuid():N}}" } } } }""");

        var (_, rules) = await project.BuildAsync();

        Assert.Equal(["appsettings.Development.json: warning KW2002", "appsettings.json: error KW2002"], rules.Select(static rule => rule.ToString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("<Content Include=\"appsettings.json\" />", true)]
    [InlineData("<Content Include=\"./appsettings.json\" />", true)]
    [InlineData("<Content Include=\"appsettings.json\" Pack=\"false\" />", false)]
    [InlineData("<Content Include=\"appsettings.json\" />", false, "IncludeContentInPack", "false")]
    [InlineData("<Content Include=\"appsettings.json\" />", false, "IsPackable", "false")]
    [InlineData("<None Update=\"appsettings.json\" Pack=\"true\" PackagePath=\"\" />", true)]
    [InlineData("<EmbeddedResource Include=\"appsettings.json\" />", true)]
    [InlineData("<None Update=\"appsettings.json\" CopyToOutputDirectory=\"PreserveNewest\" />", false)]
    [InlineData("<None Update=\"appsettings.json\" CopyToOutputDirectory=\"PreserveNewest\" />", true, "PackAsTool", "true")]
    [InlineData("<AdditionalFiles Include=\"appsettings.json\" /><Content Include=\"appsettings.json\" />", true)]
    public async Task The_compiler_is_told_which_files_would_be_packed(string items, bool isPacked, string property = "Nothing", string value = "")
    {
        var file = Assert.Single(await FilesOfAsync(items, property, value));
        Assert.Equal(isPacked, file.TryGetProperty("KeyedWorkflowsPacked", out var packed) && packed.GetString() == "true");
    }

    /// <summary>What a project says of its files is done as everywhere: it can take one out, and one that it names itself is there once, as it says.</summary>
    [Fact]
    public async Task A_project_has_the_last_word_on_what_the_compiler_is_shown()
    {
        Assert.Empty(await FilesOfAsync("<AdditionalFiles Remove=\"appsettings.json\" />"));
        Assert.Equal("mine", Assert.Single(await FilesOfAsync("<AdditionalFiles Include=\"appsettings.json\" Of=\"mine\" />")).GetProperty("Of").GetString());
        Assert.Equal("mine", Assert.Single(await FilesOfAsync("<AdditionalFiles Update=\"appsettings.json\" Of=\"mine\" />")).GetProperty("Of").GetString());
    }

    /// <summary>What a build makes depends on the project, and not on the machine: the set-up names no property but its own, the SDK's and those of the project.</summary>
    [Fact]
    public void The_set_up_reads_no_environment_variable()
    {
        string[] known =
        [
            "CompilerApiVersion", "DesignTimeBuild", "IncludeContentInPack", "IsPackable", "KeyedWorkflowsRules", "Language", "MSBuildThisFileDirectory", "PackAsTool", "UsingMicrosoftNETSdk", "_KeyedWorkflowsCompiler",
        ];
        var read = Directory.GetFiles(Repository.PathOf("src/KeyedWorkflows/buildTransitive")).Select(File.ReadAllText).SelectMany(static text => Property().Matches(text)).Select(static property => property.Groups["name"].Value);

        Assert.Equal(known, read.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>The additional files of a project that has an appsettings.json and the set-up, as the build has them before it starts.</summary>
    private static async Task<JsonElement[]> FilesOfAsync(string items, string property = "Nothing", string value = "")
    {
        using var scratch = new ScratchFolder();
        foreach (var part in (string[])["props", "targets"])
            scratch.Write($"Directory.Build.{part}", $"<Project><Import Project=\"{Repository.PathOf($"src/KeyedWorkflows/buildTransitive/KeyedWorkflows.{part}")}\" /></Project>");
        scratch.Write("Project.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <{property}>{value}</{property}>
              </PropertyGroup>
              <ItemGroup>{items}</ItemGroup>
            </Project>
            """);
        scratch.Write("appsettings.json", "{}");

        var evaluated = (await ChildProcess.DotNetAsync(scratch.Path, "msbuild", "Project.csproj", "-getItem:AdditionalFiles")).Succeeds();

        using var read = JsonDocument.Parse(evaluated.Output);
        return [.. read.RootElement.GetProperty("Items").GetProperty("AdditionalFiles").EnumerateArray().Select(static file => file.Clone())];
    }

    private InstalledProject ProjectWith(ScratchFolder scratch, params string[] wrong)
    {
        var project = new InstalledProject(scratch, "Project", product, ["KeyedWorkflows"]);
        project.Write("Types.cs", RulePage.Types);
        foreach (var id in wrong)
            RulePage.Of(id).Example("Wrong").WriteTo(project);
        return project;
    }

    /// <summary>What the build says at its end, once for each error.</summary>
    private static string[] ErrorsOf(ProcessResult result) => [.. result.Lines.Select(static line => Error().Match(line)).Where(static match => match.Success).Select(static match => match.Groups["text"].Value).Distinct()];

    [GeneratedRegex(@"error (?<text>[A-Z]+\d+: .*) \[")]
    private static partial Regex Error();

    // A function of MSBuild's, such as $([MSBuild]::…), has no name, and could read the environment: only the comparison of versions is there.
    [GeneratedRegex(@"\$\((?:(?<name>\w+)|(?<name>\[(?!MSBuild\]::VersionLessThan\()[^)]*))")]
    private static partial Regex Property();
}
