using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>One option of <c>.editorconfig</c>: what it says for the project, and for each file of code.</summary>
internal sealed class ConfigOptions(string key, string? ofProject, string? ofFiles) : AnalyzerConfigOptionsProvider
{
    public override AnalyzerConfigOptions GlobalOptions { get; } = new One(key, ofProject);

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new One(key, ofFiles);

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => new One(key, null);

    private sealed class One(string key, string? value) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string asked, out string found)
        {
            found = asked == key && value is not null ? value : "";
            return found.Length > 0;
        }
    }
}
