using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Emits the class that carries what tools need of the run, from the executor by the client to the prompt's body.</summary>
internal sealed class ToolValuesEmitter(WorkflowModel model, EmittedNames names)
{
    /// <summary>Whether a tool of the workflow needs anything of the run.</summary>
    public bool IsNeeded
    {
        get
        {
            foreach (var tool in model.Tools)
            {
                if (tool.NeedsRunValues)
                    return true;
            }
            return false;
        }
    }

    /// <summary>Whether a tool of the prompt needs anything of the run.</summary>
    public bool IsNeededBy(PromptModel prompt)
    {
        foreach (var reference in prompt.Tools)
        {
            if (reference.Tool >= 0 && model.Tools[reference.Tool].NeedsRunValues)
                return true;
        }
        return false;
    }

    /// <summary>The property that holds a parameter of a tool.</summary>
    public string Property(int tool, int parameter)
    {
        var properties = new LocalNames("Input", "Run", EmittedNames.Simple(names.ToolValues), nameof(ToString), nameof(Equals), nameof(GetHashCode), nameof(GetType), "MemberwiseClone", "Finalize");
        for (var t = 0; t < model.Tools.Length; t++)
        {
            for (var p = 0; p < model.Tools[t].Parameters.Length; p++)
            {
                if (model.Tools[t].Parameters[p].Kind != ToolParameterKind.From)
                    continue;
                var name = properties.Add(LocalNames.Pascal(model.Tools[t].MethodName) + LocalNames.Pascal(model.Tools[t].Parameters[p].Name));
                if (t == tool && p == parameter)
                    return name;
            }
        }
        throw new ArgumentException("The parameter does not come from a step.", nameof(parameter));
    }

    /// <summary>Emits the class.</summary>
    public void Emit(CodeWriter code)
    {
        code.Line("/// <summary>What the tools need of the run.</summary>");
        code.Line(Names.GeneratedCode);
        code.Open($"private sealed class {EmittedNames.Simple(names.ToolValues)}");
        code.Line($"public required {TypeText.Of(model.Input!)} Input {{ get; init; }}").Line();
        code.Line($"public required {Names.Product}RunContext Run {{ get; init; }}");
        for (var tool = 0; tool < model.Tools.Length; tool++)
        {
            for (var parameter = 0; parameter < model.Tools[tool].Parameters.Length; parameter++)
            {
                var of = model.Tools[tool].Parameters[parameter];
                if (of.Kind == ToolParameterKind.From)
                    code.Line().Line($"public {TypeText.OfLocal(of.Type, mayBeAbsent: true)} {Property(tool, parameter)} {{ get; init; }}");
            }
        }
        code.Close();
    }

    /// <summary>The values that the tools of a node's client need; null where they need none.</summary>
    public string? Expression(NodeModel node, DataText data)
    {
        var tools = new SortedSet<int>();
        if (node.Prompt is { } prompt)
            AddTools(prompt, tools);
        else if (node.TakesClient)
        {
            // A step of the author's may call any of the prompts that are functions.
            foreach (var inline in model.InlinePrompts)
                AddTools(inline, tools);
        }
        if (tools.Count == 0)
            return null;
        var text = $"new {names.ToolValues} {{ Input = input, Run = run";
        foreach (var tool in tools)
        {
            for (var parameter = 0; parameter < model.Tools[tool].Parameters.Length; parameter++)
            {
                var of = model.Tools[tool].Parameters[parameter];
                if (of.Kind == ToolParameterKind.From)
                    text += $", {Property(tool, parameter)} = {data.Of(of.Sources, of.Type, mayBeAbsent: true, isChecked: false)}";
            }
        }
        return text + " }";
    }

    private void AddTools(PromptModel prompt, SortedSet<int> tools)
    {
        foreach (var reference in prompt.Tools)
        {
            if (reference.Tool >= 0 && model.Tools[reference.Tool].NeedsRunValues)
                tools.Add(reference.Tool);
        }
    }
}
