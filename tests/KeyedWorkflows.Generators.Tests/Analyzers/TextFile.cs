using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>An additional file of a project.</summary>
internal sealed class TextFile(string path, string text) : AdditionalText
{
    public override string Path => path;

    public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
}
