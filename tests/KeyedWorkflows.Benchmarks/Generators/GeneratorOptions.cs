using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KeyedWorkflows.Benchmarks.Generators;

/// <summary>The build properties that Refit's package sets in every project that uses it.</summary>
internal sealed class GeneratorOptions : AnalyzerConfigOptionsProvider
{
    public static GeneratorOptions Instance { get; } = new();

    public override AnalyzerConfigOptions GlobalOptions { get; } = new Options(new()
    {
        ["build_property.RefitInternalNamespace"] = "Acme",
        ["build_property.RefitGeneratedRequestBuilding"] = "true",
        ["build_property.RefitEmitGeneratedCodeMarkers"] = "true",
        ["build_property.RootNamespace"] = "Acme",
    });

    private AnalyzerConfigOptions None { get; } = new Options([]);

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => None;

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => None;

    private sealed class Options(Dictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}
