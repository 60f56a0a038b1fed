using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>A mark of the graph: it changes with steps, types and edges, and with nothing else.</summary>
internal static class Fingerprint
{
    public static string Of(WorkflowModel model)
    {
        var text = new StringBuilder();
        text.Append("in ").Append(model.Input!.FullName).Append("\nout ").Append(model.Output!.FullName);
        Append(text, model.Result!.Sources);
        foreach (var node in model.Nodes)
            Append(text, node);
        using var sha = SHA256.Create();
        var hash = sha.ComputeHash(Encoding.UTF8.GetBytes(text.ToString()));
        var hex = new StringBuilder(32);
        for (var i = 0; i < 16; i++)
            hex.Append(hash[i].ToString("x2", CultureInfo.InvariantCulture));
        return hex.ToString();
    }

    private static void Append(StringBuilder text, NodeModel node)
    {
        text.Append('\n').Append(node.Name).Append(' ').Append(node.Kind).Append(' ').Append(node.Output?.FullName).Append(node.Optional ? " optional" : "").Append(node.Streams ? " streams" : "");
        foreach (var parameter in node.Parameters)
        {
            if (!parameter.IsData)
                continue;
            text.Append("\n  ").Append(parameter.Kind).Append(' ').Append(parameter.Type.FullName);
            Append(text, parameter.Sources);
        }
        foreach (var guard in node.Guards)
        {
            text.Append("\n  if ").Append(Numbers.Of(guard.Condition)).Append(' ').Append(guard.Test).Append(' ').Append(guard.Constant);
            foreach (var constant in guard.OtherConstants)
                text.Append('|').Append(constant);
        }
        foreach (var other in node.DependsOn)
            text.Append("\n  after ").Append(Numbers.Of(other));
        if (node.SubWorkflow is { } child)
            text.Append("\n  runs ").Append(child.Child.Name);
    }

    private static void Append(StringBuilder text, EquatableArray<SourceModel> sources)
    {
        foreach (var source in sources)
            text.Append(' ').Append(Numbers.Of(source.Node));
    }
}
