using System.Reflection;
using System.Text.RegularExpressions;
using KeyedWorkflows.Analyzers;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>The presets that the package brings know every rule.</summary>
public sealed partial class PresetTests
{
    private static readonly DiagnosticDescriptor[] All =
    [
        .. typeof(Rules).GetFields(BindingFlags.Static | BindingFlags.Public).Select(static field => field.GetValue(null)).OfType<DiagnosticDescriptor>().DistinctBy(static rule => rule.Id).OrderBy(static rule => rule.Id, StringComparer.Ordinal),
    ];

    [Fact]
    public void Strict_makes_errors_of_all_warnings_but_those_of_the_graph_and_a_warning_of_a_slot_that_nothing_uses() => Assert.Equal(
        [
            .. All.Where(static rule => rule.Category != "KeyedWorkflows.Graph" && rule.DefaultSeverity != DiagnosticSeverity.Error)
                .Select(static rule => $"{rule.Id} {(rule.DefaultSeverity == DiagnosticSeverity.Info ? "warning" : "error")}"),
        ],
        Severities("strict"));

    [Fact]
    public void Default_leaves_every_rule_as_its_page_says() => Assert.Empty(Severities("default"));

    /// <summary>Whatever else a project says goes before: its own global configuration has a level of 0 or 100.</summary>
    [Theory]
    [InlineData("default")]
    [InlineData("strict")]
    public void A_preset_stands_below_what_a_project_says(string preset) => Assert.Contains("is_global = true\nglobal_level = -1\n", Preset(preset), StringComparison.Ordinal);

    private static IEnumerable<string> Severities(string preset) => Severity().Matches(Preset(preset)).Select(static line => $"{line.Groups["id"].Value} {line.Groups["severity"].Value}");

    private static string Preset(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"presets/{name}") ?? throw new ArgumentException($"No preset {name}.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"^dotnet_diagnostic\.(?<id>KW\d+)\.severity = (?<severity>\w+)$", RegexOptions.Multiline)]
    private static partial Regex Severity();
}
