using System.Text;
using System.Text.RegularExpressions;

namespace KeyedWorkflows.EndToEnd.Tests.Packages;

/// <summary>An example of a rule's page.</summary>
/// <param name="Id">The rule.</param>
/// <param name="Heading">What it is an example of.</param>
/// <param name="Code">Its C#, if it has any.</param>
/// <param name="Files">Its other files.</param>
internal sealed partial record RuleExample(string Id, string Heading, string? Code, IReadOnlyList<(string Name, string Text)> Files)
{
    /// <summary>It says something of its whole project, so that it needs one to itself.</summary>
    public bool IsOfWholeProject => Files.Count > 0 || Code!.Contains("[assembly:", StringComparison.Ordinal);

    /// <summary>The names of its files.</summary>
    public IEnumerable<string> FileNames => Files.Select(static file => Path.GetFileName(file.Name)).Append(CodeName);

    /// <summary>Writes it into a project, where many examples stand side by side.</summary>
    public void WriteTo(InstalledProject project)
    {
        if (Code is not null)
            project.Write(CodeName, InNamespace(Code));
        foreach (var (name, text) in Files)
            project.Write(name, text);
    }

    private string CodeName => $"{Id}.{Heading}.cs";

    /// <summary>Types and workflows of one name occur in many examples: each has a namespace, and its workflows a prefix, of its own.</summary>
    private string InNamespace(string code)
    {
        code = WorkflowName().Replace(code, $"[Workflow(\"{Id.ToLowerInvariant()}-");
        var head = Head().Match(code);
        return new StringBuilder(head.Value).Append($"namespace Examples.{Id}.{Heading};\n\n").Append(code, head.Length, code.Length - head.Length).Append('\n').ToString();
    }

    [GeneratedRegex(@"\[Workflow\(""(?=[a-z])")]
    private static partial Regex WorkflowName();

    // What must stand before a namespace.
    [GeneratedRegex(@"\A(?:(?:using [^\n]*;|\[assembly:[^\n]*\])?\n)*(?:(?:using [^\n]*;|\[assembly:[^\n]*\])\n)?")]
    private static partial Regex Head();
}
