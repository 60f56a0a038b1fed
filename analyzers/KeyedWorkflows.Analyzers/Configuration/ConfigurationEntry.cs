using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.Analyzers.Configuration;

/// <summary>A setting of a configuration file, or a section of it.</summary>
/// <param name="Path">Its names from the outside in, as .NET's configuration writes them: <c>KeyedWorkflows:Profiles:acme:Provider</c>. Compare without case.</param>
/// <param name="Value">What it says, without quotes and escapes; null for a section.</param>
/// <param name="NameSpan">Where its own name stands; empty for an element of a list.</param>
/// <param name="ValueSpan">Where its value stands, without quotes.</param>
internal sealed record ConfigurationEntry(string Path, string? Value, TextSpan NameSpan, TextSpan ValueSpan)
{
    /// <summary>The last of its names.</summary>
    public string Name => Path.Substring(Path.LastIndexOf(':') + 1);
}
