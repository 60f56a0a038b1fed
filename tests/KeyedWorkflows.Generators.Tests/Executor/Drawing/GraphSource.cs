using System.Globalization;
using System.Text;

namespace KeyedWorkflows.Generators.Tests.Executor.Drawing;

/// <summary>Writes a drawn workflow as its author would.</summary>
internal static class GraphSource
{
    /// <summary>The workflow's class.</summary>
    public static string ClassName(DrawnGraph graph) => Namespace(graph) + ".Flow";

    /// <summary>The source text.</summary>
    public static string Write(DrawnGraph graph)
    {
        var text = new StringBuilder();
        text.AppendLine("using System.Linq;").AppendLine("using KeyedWorkflows.Generators.Tests.Executor.Running;");
        text.AppendLine(CultureInfo.InvariantCulture, $"namespace {Namespace(graph)};").AppendLine();
        foreach (var type in Types(graph))
            text.AppendLine(CultureInfo.InvariantCulture, $"public {(type.Form == DrawnForm.Struct ? "readonly record struct" : "sealed record")} {type.Name}(string Text) : IText;");
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"[Workflow(\"g{graph.Number}\")]");
        text.AppendLine(CultureInfo.InvariantCulture, $"public sealed partial class Flow{(graph.TakesServices ? "(Script script)" : "")} : IWorkflow<Question, Answer>");
        text.AppendLine("{");
        if (!graph.TakesServices)
            text.AppendLine("    private readonly Script script = Script.Current;").AppendLine();
        foreach (var place in graph.Declared)
            Write(text, graph, graph.Nodes[place]);
        return text.AppendLine("}").ToString();
    }

    private static string Namespace(DrawnGraph graph) => string.Create(CultureInfo.InvariantCulture, $"Acme.G{graph.Number}");

    private static IEnumerable<DrawnType> Types(DrawnGraph graph) => graph.Nodes
        .Select(static node => node.Result)
        .OfType<DrawnType>()
        .Where(static type => type.Form is DrawnForm.Record or DrawnForm.Struct && type.Name is not (nameof(Running.Question) or nameof(Running.Answer)))
        .DistinctBy(static type => type.Name);

    private static void Write(StringBuilder text, DrawnGraph graph, DrawnNode node)
    {
        if (!node.IsCondition)
            text.AppendLine(CultureInfo.InvariantCulture, $"    [Step{Settings(graph, node)}]{(node.IsMarkedOutput ? " [Output]" : "")}");
        var parameters = node.Parameters.Select(parameter => Write(graph, node, parameter));
        if (node.TakesToken)
            parameters = parameters.Append($"{(node.Shape == DrawnShape.Stream ? "[System.Runtime.CompilerServices.EnumeratorCancellation] " : "")}CancellationToken ct");
        text.AppendLine(CultureInfo.InvariantCulture, $"    public {Returns(node)} {Escape(node.Name)}({string.Join(", ", parameters)})");

        var element = node.Parameters.FirstOrDefault(static parameter => parameter.IsForEach);
        var arguments = node.Parameters.Select(static parameter => Escape(parameter.Name));
        var token = node.Shape == DrawnShape.Value ? "" : node.TakesToken ? ", ct" : ", default";
        var call = $"script.Call{(node.Shape == DrawnShape.Value ? "" : "Async")}(\"{node.Name}\", {(element is null ? "null" : Escape(element.Name))}, [{string.Join(", ", arguments)}]{token})";
        text.AppendLine("    {");
        text.AppendLine(CultureInfo.InvariantCulture, $"        {(node.Result is null ? "" : "var given = ")}{(node.Shape == DrawnShape.Value ? "" : "await ")}{call};");
        if (node.Shape == DrawnShape.Stream)
            text.AppendLine("        foreach (var piece in given.Pieces)").AppendLine("            yield return piece;");
        else if (node.Result is { } result)
            text.AppendLine(CultureInfo.InvariantCulture, $"        return {Value(result, node)};");
        text.AppendLine("    }").AppendLine();
    }

    private static string Settings(DrawnGraph graph, DrawnNode node)
    {
        var settings = new List<string>();
        foreach (var guard in node.Guards)
        {
            var condition = $"nameof({Escape(graph.Nodes[guard.Condition].Name)})";
            settings.Add(guard.Test switch
            {
                DrawnTest.When => $"When = {condition}",
                DrawnTest.Unless => $"Unless = {condition}",
                DrawnTest.Is => $"When = {condition}, Is = Route.{guard.Route}",
                _ => $"When = {condition}, Otherwise = true",
            });
        }
        if (node.After.Count > 0)
            settings.Add($"After = [{string.Join(", ", node.After.Select(place => $"nameof({Escape(graph.Nodes[place].Name)})"))}]");
        if (node.IsOptional)
            settings.Add("Optional = true");
        if (node.IsRepeated)
            settings.Add("Attempts = 2");
        return settings.Count == 0 ? "" : $"({string.Join(", ", settings)})";
    }

    private static string Write(DrawnGraph graph, DrawnNode node, DrawnParameter parameter)
    {
        var text = "";
        if (parameter.IsForEach)
            text += node.Concurrency == 1 ? "[ForEach] " : string.Create(CultureInfo.InvariantCulture, $"[ForEach(Concurrency = {node.Concurrency})] ");
        if (parameter.IsNamed || MustBeNamed(graph, node, parameter))
            text += parameter.Sources is [DrawnParameter.Input] ? "[FromInput] " : $"[From({string.Join(", ", parameter.Sources.Select(place => $"nameof({Escape(graph.Nodes[place].Name)})"))})] ";
        return $"{text}{parameter.Type.Code}{(parameter.IsNullable ? "?" : "")} {Escape(parameter.Name)}";
    }

    /// <summary>The type alone does not say where the parameter comes from.</summary>
    private static bool MustBeNamed(DrawnGraph graph, DrawnNode node, DrawnParameter parameter)
    {
        var identity = parameter.IsForEach ? parameter.Type.Name + "[]" : parameter.Type.Identity;
        var producers = Enumerable.Range(0, graph.Nodes.Count)
            .Where(place => graph.Nodes[place] != node && !graph.Nodes[place].IsCondition && graph.Nodes[place].Output?.Identity == identity)
            .ToList();
        if (identity == DrawnType.Question.Identity)
            producers.Add(DrawnParameter.Input);
        return producers.Count != 1 || producers[0] != parameter.Sources[0];
    }

    private static string Returns(DrawnNode node)
    {
        var type = node.Result is null ? null : node.Result.Code + (node.IsNullable ? "?" : "");
        return node.Shape switch
        {
            DrawnShape.Value => type ?? "void",
            DrawnShape.Task => type is null ? "async Task" : $"async Task<{type}>",
            DrawnShape.ValueTask => type is null ? "async ValueTask" : $"async ValueTask<{type}>",
            _ => "async IAsyncEnumerable<string>",
        };
    }

    private static string Value(DrawnType type, DrawnNode node)
    {
        var value = type switch
        {
            { Form: DrawnForm.Text, IsSequence: true } => "[.. given.Texts]",
            { IsSequence: true } => $"[.. given.Texts.Select(static text => new {type.Name}(text))]",
            { Form: DrawnForm.Flag } => "given.Flag",
            { Form: DrawnForm.Route } => "given.Route",
            { Form: DrawnForm.Text } => "given.Text!",
            _ => $"new {type.Name}(given.Text!)",
        };
        if (node.IsNullable)
            return $"given.Text is null ? null : {value}";
        return node.CanBreakItsContract && value != "given.Text!" ? $"given.Text is null ? null! : {value}" : value;
    }

    private static string Escape(string name) => name is "event" ? "@event" : name;
}
