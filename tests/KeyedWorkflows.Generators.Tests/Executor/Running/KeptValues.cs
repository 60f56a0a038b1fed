using System.Collections;
using System.Text.Json;
using KeyedWorkflows.Generators.Tests.Executor.Drawing;
using KeyedWorkflows.Generators.Tests.Executor.Interpreting;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>Writes what the interpreter knows of a node as a checkpoint holds it, and reads it back.</summary>
internal sealed class KeptValues(DrawnGraph graph, WorkflowDefinition definition)
{
    private static readonly byte[] Null = "null"u8.ToArray();
    private static readonly byte[] True = "true"u8.ToArray();
    private readonly StepDefinition[] steps = [.. graph.Nodes.Select(node => definition.Steps.Single(step => step.Name == node.Name))];

    /// <summary>The checkpoint's contents.</summary>
    public Dictionary<StepKey, StepValue> Write(IReadOnlyDictionary<int, KeptNode> nodes)
    {
        var values = new Dictionary<StepKey, StepValue>();
        foreach (var (place, node) in nodes)
        {
            var step = steps[place];
            if (node.IsSkipped)
                values[new(step.Index)] = node.IsFailed ? StepValue.Failed : StepValue.Skipped;
            else if (node.IsFinished)
                values[new(step.Index)] = StepValue.Finished(graph.Nodes[place].IsForEach ? Null : Json(step.OutputType, node.Value));
            foreach (var (element, text) in node.Elements)
                values[new(step.Index, element)] = StepValue.Finished(step.OutputType is { } type ? Json(ElementOf(type), new(text)) : True);
        }
        return values;
    }

    /// <summary>What a checkpoint holds, by place.</summary>
    public Dictionary<int, KeptNode> Read(IReadOnlyDictionary<StepKey, StepValue> values)
    {
        var nodes = new Dictionary<int, KeptNode>();
        for (var place = 0; place < steps.Length; place++)
        {
            var step = steps[place];
            var elements = values
                .Where(pair => pair.Key.Step == step.Index && pair.Key.Element is not null)
                .ToDictionary(static pair => pair.Key.Element!.Value, pair => step.OutputType is { } type ? Read(pair.Value, ElementOf(type))?.Text ?? "-" : "");
            var isKept = values.TryGetValue(new(step.Index), out var value);
            if (!isKept && elements.Count == 0)
                continue;
            nodes[place] = new()
            {
                IsFinished = isKept && !value.IsSkipped,
                IsSkipped = isKept && value.IsSkipped,
                IsFailed = isKept && value.IsPartial,
                Value = !isKept || value.IsSkipped || step.OutputType is null || graph.Nodes[place].IsForEach ? null : Read(value, step.OutputType),
                Elements = elements,
            };
        }
        return nodes;
    }

    private byte[] Json(Type? type, NodeValue? value) => type is null || value is null ? Null : JsonSerializer.SerializeToUtf8Bytes(Make(type, value), definition.Json);

    private static object Make(Type type, NodeValue value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (value.Elements is null)
            return MakeOne(type, value.Text);
        var made = Array.CreateInstance(ElementOf(type), value.Elements.Count);
        for (var element = 0; element < made.Length; element++)
            made.SetValue(MakeOne(ElementOf(type), value.Elements[element]), element);
        return made;
    }

    private static object MakeOne(Type type, string text)
    {
        if (type == typeof(string))
            return text;
        if (type == typeof(bool))
            return bool.Parse(text);
        return type.IsEnum ? Enum.Parse(type, text) : Activator.CreateInstance(type, text)!;
    }

    private NodeValue? Read(StepValue value, Type type)
    {
        var read = JsonSerializer.Deserialize(value.Json.Span, type, definition.Json);
        return read is null ? null : new(Provenance.Show(read), read is IEnumerable items and not string ? [.. items.Cast<object?>().Select(Provenance.Show)] : null);
    }

    private static Type ElementOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsArray ? type.GetElementType()! : type.GenericTypeArguments[0];
    }
}
