using System.Reflection;
using System.Text.RegularExpressions;
using KeyedWorkflows.Analyzers;
using KeyedWorkflows.Generators.Tests.Analyzers.Keys;
using KeyedWorkflows.Generators.Tests.Emitting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>The rules' pages say what the analyzers do, and their examples are what the analyzers report.</summary>
public sealed partial class RulePagesTests
{
    private static readonly DiagnosticDescriptor[] Descriptors =
    [
        .. typeof(WorkflowGraphAnalyzer).Assembly.GetTypes()
            .Where(static type => !type.IsAbstract && type.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .SelectMany(static type => ((DiagnosticAnalyzer)Activator.CreateInstance(type)!).SupportedDiagnostics)
            .DistinctBy(static descriptor => descriptor.Id)
            .OrderBy(static descriptor => descriptor.Id, StringComparer.Ordinal),
    ];

    public static TheoryData<string> Ids => [.. Descriptors.Select(static descriptor => descriptor.Id)];

    [Fact]
    public void Each_rule_has_a_page_and_each_page_a_rule() => Assert.Equal(
        Descriptors.Select(static descriptor => $"docs/{descriptor.Id}.md"),
        typeof(RulePagesTests).Assembly.GetManifestResourceNames().Where(static name => name.StartsWith("docs/KW", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_page_has_its_rule_s_title_severity_and_category(string id)
    {
        var rule = Descriptors.Single(descriptor => descriptor.Id == id);

        Assert.StartsWith($"# {id}: {rule.Title}\n\n{rule.DefaultSeverity}, `{rule.Category}`.\n", Page($"{id}.md"), StringComparison.Ordinal);
        Assert.EndsWith($"/analyzers/KeyedWorkflows.Analyzers/docs/{id}.md", rule.HelpLinkUri, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_page_says_how_to_configure_its_rule_and_what_the_fix_does_or_why_there_is_none(string id)
    {
        Assert.Matches($@"dotnet_diagnostic\.{id}\.severity|#pragma warning disable {id}", Page($"{id}.md"));
        Assert.Matches(RuleCoverageTests.Fixable.Contains(id) ? @"The fix(es)? |There are two fixes\." : "There is no fix: ", Page($"{id}.md"));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_index_has_its_row(string id)
    {
        var rule = Descriptors.Single(descriptor => descriptor.Id == id);

        Assert.Contains($"\n| [{id}]({id}.md) | {rule.Title} | {rule.DefaultSeverity} |\n", Page("README.md"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task What_a_page_calls_wrong_is_reported_once_by_its_rule_and_is_no_second_error(string id)
    {
        var emission = Emission.Of(Example(id, "Wrong"));

        Assert.Empty(emission.Complaints);
        Assert.Equal(id, Assert.Single(await Analysis.RunAsync(emission.Output, FilesOf(id, "Wrong"))).Id);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task What_a_page_calls_right_builds_and_is_not_reported(string id) => Assert.Empty(await Analysis.RunAsync(Emission.Sound(Example(id, "Right")).Output, FilesOf(id, "Right")));

    /// <summary>The files of the project that a section shows, each named by the comment in its first line; and those of a page that all its examples have: <c>`appsettings.json`:</c>, and its text.</summary>
    private static TextFile[] FilesOf(string id, string heading) =>
    [
        .. Files().Matches(Page($"{id}.md")).Concat(NamedFiles().Matches(Section(id, heading))).Select(static match => new TextFile(match.Groups["path"].Value, match.Groups["text"].Value)),
    ];

    private static string Example(string id, string heading)
    {
        var example = Examples().Match(Section(id, heading));
        return "using System.Net.Http;\n" + example.Groups["code"].Value + Analysis.Types;
    }

    /// <summary>What stands for a key on a page is one here.</summary>
    private static string Section(string id, string heading)
    {
        var section = Sections().Matches(Page($"{id}.md")).Single(match => match.Groups["heading"].Value == heading).Groups["text"].Value;
        return section.Replace("sk-…", new DrawnKeys(7).Of("OpenAI project"), StringComparison.Ordinal);
    }

    private static string Page(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("docs/" + name) ?? throw new ArgumentException($"No page {name}.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"^## (?<heading>Wrong|Right)\n(?<text>.*?)(?=^## |\z)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Sections();

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)\n```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Examples();

    [GeneratedRegex(@"`(?<path>[\w./-]+\.json)`:\n\n```json\n(?<text>.*?)\n```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Files();

    [GeneratedRegex(@"^```json\n// (?<path>[\w./-]+)\n(?<text>.*?)\n```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex NamedFiles();
}
