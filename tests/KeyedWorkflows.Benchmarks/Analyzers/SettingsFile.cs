using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.Benchmarks.Analyzers;

/// <summary>A file that is handed to analyzers beside the code.</summary>
internal sealed class SettingsFile(string path, string text) : AdditionalText
{
    private readonly SourceText text = SourceText.From(text);

    public override string Path { get; } = path;

    public override SourceText GetText(CancellationToken cancellationToken = default) => text;
}
