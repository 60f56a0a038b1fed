using System.Text;
using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Draws the graph as Mermaid: data as solid lines, conditions and order without data as dotted ones.</summary>
internal static class MermaidWriter
{
    public static string Write(WorkflowModel model)
    {
        var lines = new List<string> { "flowchart TD" };
        lines.Add($"    input([\"{Escape(model.Input!.DisplayName)}\"])");
        foreach (var node in model.Nodes)
            lines.Add("    " + Id(node.Index) + Shape(node));
        lines.Add($"    output([\"{Escape(model.Output!.DisplayName)}\"])");
        var drawn = new HashSet<string>();
        foreach (var node in model.Nodes)
        {
            foreach (var parameter in node.Parameters)
            {
                foreach (var source in parameter.Sources)
                    Add(lines, drawn, $"    {Id(source.Node)} {Arrow(parameter)} {Id(node.Index)}");
            }
            foreach (var guard in node.Guards)
                Add(lines, drawn, $"    {Id(guard.Condition)} -. \"{Escape(Answer(guard))}\" .-> {Id(node.Index)}");
            foreach (var other in node.After)
                Add(lines, drawn, $"    {Id(other)} -.-> {Id(node.Index)}");
        }
        foreach (var source in model.Result!.Sources)
            Add(lines, drawn, $"    {Id(source.Node)} --> output");
        return string.Join("\n", lines);
    }

    private static void Add(List<string> lines, HashSet<string> drawn, string line)
    {
        if (drawn.Add(line))
            lines.Add(line);
    }

    private static string Id(int node) => node == SourceModel.Input ? "input" : "s" + Numbers.Of(node);

    private static string Arrow(ParameterModel parameter) => parameter.Kind == ParameterKind.ForEachElement ? "-- \"each\" -->" : "-->";

    private static string Shape(NodeModel node) => node.Kind switch
    {
        NodeKind.Prompt => $"[/\"{Escape(node.Name)}\"/]",
        NodeKind.SubWorkflow => $"[[\"{Escape(node.Name)}\"]]",
        NodeKind.Condition => $"{{\"{Escape(node.Name)}\"}}",
        _ => $"[\"{Escape(node.Name)}\"]",
    };

    private static string Answer(GuardModel guard) => guard.Test switch
    {
        GuardTest.True => "yes",
        GuardTest.False => "no",
        GuardTest.Otherwise => "otherwise",
        _ => guard.Constant is { } constant && constant.StartsWith("global::", StringComparison.Ordinal) ? constant.Substring(constant.LastIndexOf('.') + 1) : guard.Constant!.Trim('"'),
    };

    /// <summary>What stands between quotes in Mermaid, and on one line.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c) || c is ' ' or '_' or '.' or ',' or '-' or '[' or ']' or '(' or ')' or '?')
                escaped.Append(c);
            else
                escaped.Append('#').Append(Numbers.Of(c)).Append(';');
        }
        return escaped.ToString();
    }
}
