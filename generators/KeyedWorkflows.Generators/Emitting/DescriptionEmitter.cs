using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Emits what the runtime knows of a workflow besides how to run it.</summary>
internal static class DescriptionEmitter
{
    public static void Emit(CodeWriter code, WorkflowModel model)
    {
        code.Line($": base(new {Names.Runtime}WorkflowDescription").Open();
        code.Line($"Name = {Literals.Of(model.Name)},");
        Text(code, "Description", model.Description);
        Text(code, "Version", model.Version);
        Number(code, "TimeoutSeconds", model.TimeoutSeconds);
        if (model.MaxTokens > 0)
            code.Line($"MaxTokens = {Numbers.Of(model.MaxTokens)},");
        Number(code, "MaxCalls", model.MaxCalls);
        if (model.AllowMixedTenants)
            code.Line("AllowMixedTenants = true,");
        if (model.Slots.IsEmpty)
        {
            code.Line("Slots = [],");
        }
        else
        {
            code.Line("Slots =").Line("[").Indent();
            foreach (var slot in model.Slots)
                EmitSlot(code, model, slot);
            code.Outdent().Line("],");
        }
        code.Line("Steps =").Line("[").Indent();
        foreach (var node in model.Nodes)
            EmitStep(code, node);
        code.Outdent().Line("],");
        code.Line("Mermaid =").Indent().Line("\"\"\"").Line(MermaidWriter.Write(model)).Line("\"\"\",").Outdent();
        code.Line($"Fingerprint = {Literals.Of(Fingerprint.Of(model))},");
        if (model.JsonContext is not null)
            code.Line($"Json = static () => {Names.Runtime}WorkflowJson.Of({model.JsonContext}.Default),");
        code.Close(")");
    }

    /// <summary>Null from the node would break what its method's type says.</summary>
    public static bool RequiresResult(NodeModel node) => node is { ReturnsNullable: false, Result: { IsValueType: false, IsNullable: false } };

    private static void EmitSlot(CodeWriter code, WorkflowModel model, SlotModel slot)
    {
        code.Line("new()").Open();
        code.Line($"Name = {Literals.Of(slot.Name)},");
        if (!slot.Providers.IsEmpty)
        {
            var providers = new List<string>();
            foreach (var provider in slot.Providers)
                providers.Add(Literals.Of(provider));
            code.Line($"Providers = [{string.Join(", ", providers)}],");
        }
        Text(code, "Model", slot.Model);
        Text(code, "FallbackModel", slot.FallbackModel);
        Text(code, "EmbeddingModel", slot.EmbeddingModel);
        Text(code, "Default", slot.Default);
        Text(code, "Description", slot.Description);
        Flag(code, "HasChooser", slot.HasChooser);
        Flag(code, "HasSelectingInput", slot.HasSelectingInput);
        Flag(code, "IsUsed", slot.IsUsed);
        Flag(code, "NeedsModel", NeedsModel(model, slot));
        code.Close(",");
    }

    /// <summary>Whether a prompt asks the slot for its model. One that edits its options may name it there.</summary>
    private static bool NeedsModel(WorkflowModel model, SlotModel slot)
    {
        foreach (var node in model.Nodes)
        {
            if (node.Prompt is not { Model: null, ConfigureOptions: null })
                continue;
            foreach (var parameter in node.Parameters)
            {
                if (parameter is { Kind: ParameterKind.ChatClient, Client: { Model: null } client } && client.Slot == slot.Index)
                    return true;
            }
        }
        return false;
    }

    private static void EmitStep(CodeWriter code, NodeModel node)
    {
        code.Line("new()").Open();
        code.Line($"Index = {Numbers.Of(node.Index)},");
        code.Line($"Name = {Literals.Of(node.Name)},");
        code.Line($"Kind = {Names.Runtime}StepKind.{node.Kind},");
        if (node.Attempts != 1)
            code.Line($"Attempts = {Numbers.Of(node.Attempts)},");
        Number(code, "TimeoutSeconds", node.TimeoutSeconds);
        if (node.MaxCalls != 6)
            code.Line($"MaxCalls = {Numbers.Of(node.MaxCalls)},");
        Flag(code, "Optional", node.Optional);
        if (node.Concurrency != 1)
            code.Line($"Concurrency = {Numbers.Of(node.Concurrency)},");
        Flag(code, "IsForEach", node.IsForEach);
        if (!node.DependsOn.IsEmpty)
        {
            var before = new List<string>();
            foreach (var other in node.DependsOn)
                before.Add(Numbers.Of(other));
            code.Line($"DependsOn = [{string.Join(", ", before)}],");
        }
        if (node.Output is not null)
            code.Line($"OutputType = {TypeText.TypeOf(node.Output)},");
        Flag(code, "Streams", node.Streams);
        Flag(code, "RequiresResult", RequiresResult(node));
        code.Close(",");
    }

    private static void Text(CodeWriter code, string property, string? value)
    {
        if (value is not null)
            code.Line($"{property} = {Literals.Of(value)},");
    }

    private static void Number(CodeWriter code, string property, int value)
    {
        if (value != 0)
            code.Line($"{property} = {Numbers.Of(value)},");
    }

    private static void Flag(CodeWriter code, string property, bool value)
    {
        if (value)
            code.Line($"{property} = true,");
    }
}
