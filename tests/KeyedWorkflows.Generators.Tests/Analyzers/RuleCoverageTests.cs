using System.Reflection;
using System.Text.RegularExpressions;
using KeyedWorkflows.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>No rule comes without a release note and a test, and no fix without one of its own and one of Fix All. Pages, and what is reported and what is not by their examples, are for <see cref="RulePagesTests"/>.</summary>
public sealed partial class RuleCoverageTests
{
    private static readonly DiagnosticDescriptor[] Rules = [.. Analysis.All.SelectMany(static analyzer => analyzer.SupportedDiagnostics).DistinctBy(static rule => rule.Id).OrderBy(static rule => rule.Id, StringComparer.Ordinal)];

    /// <summary>The rules that have a fix.</summary>
    internal static readonly string[] Fixable =
    [
        .. typeof(MakePartialFix).Assembly.GetTypes()
            .Where(static type => !type.IsAbstract && type.IsSubclassOf(typeof(CodeFixProvider)))
            .SelectMany(static type => ((CodeFixProvider)Activator.CreateInstance(type)!).FixableDiagnosticIds)
            .Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void Each_rule_has_its_release_note() => Assert.Equal(
        Rules.Select(static rule => $"{rule.Id} | {rule.Category} | {rule.DefaultSeverity} | {rule.Title}, [page](docs/{rule.Id}.md)"),
        Notes().Matches(string.Concat(Texts("releases/"))).Select(static note => note.Value).Order(StringComparer.Ordinal));

    [Fact]
    public void Each_rule_has_a_test_that_marks_the_place_where_it_is_reported() => Assert.Equal(Rules.Select(static rule => rule.Id), Rules.Select(static rule => rule.Id).Intersect(Found(Marks())));

    [Fact]
    public void Each_fix_belongs_to_a_rule_and_to_one_provider() => Assert.Equal(Fixable.Distinct(), Fixable.Intersect(Rules.Select(static rule => rule.Id)).Where(static id => Fixable.Count(other => other == id) == 1));

    [Fact]
    public void Each_fix_has_a_test_and_one_of_fix_all()
    {
        Assert.Equal(Fixable, Fixable.Intersect(Found(Fixes())));
        Assert.Equal(Fixable, Fixable.Intersect(Found(AllFixes())));
    }

    private static HashSet<string> Found(Regex what) => [.. Texts("tests/").SelectMany(text => what.Matches(text)).Select(static match => match.Groups["id"].Value)];

    private static IEnumerable<string> Texts(string folder)
    {
        foreach (var name in Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
            yield return reader.ReadToEnd();
        }
    }

    [GeneratedRegex(@"KW\d+ \| .*\.md\)")]
    private static partial Regex Notes();

    [GeneratedRegex(@"\{\|(?<id>KW\d+):")]
    private static partial Regex Marks();

    [GeneratedRegex(@"Fixing\.ExpectAsync\(\s*""(?<id>KW\d+)""")]
    private static partial Regex Fixes();

    [GeneratedRegex(@"Fixing\.ExpectAllAsync\(\s*""(?<id>KW\d+)""")]
    private static partial Regex AllFixes();
}
