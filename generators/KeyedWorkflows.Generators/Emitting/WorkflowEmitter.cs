using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Emits a workflow's file: the other half of its class, and its client beside it.</summary>
internal static class WorkflowEmitter
{
    /// <summary>The text of the file.</summary>
    public static string Emit(WorkflowModel model)
    {
        var code = Names.Header(new());
        if (!model.CanReopenContainingTypes)
            return code.ToString();
        if (model.Namespace is not null)
            code.Line($"namespace {model.Namespace};").Line();
        foreach (var type in model.ContainingTypes)
            code.Open(type.Declaration);
        if (model.IsFaulty)
            FaultyWorkflowEmitter.Emit(code, model);
        else
            EmitClass(code, model);
        if (model.ClientAccessibility is not null)
            new ClientEmitter(model).Emit(code);
        foreach (var _ in model.ContainingTypes)
            code.Close();
        return code.ToString();
    }

    private static void EmitClass(CodeWriter code, WorkflowModel model)
    {
        var names = new EmittedNames(model);
        EmitHeader(code, model, names.Executor + ".Instance");
        code.Line();
        var prompts = new PromptEmitter(model, names);
        foreach (var node in model.Nodes)
        {
            if (node.Prompt is { } prompt)
            {
                prompts.Emit(code, prompt);
                code.Line();
            }
            else if (node.SubWorkflow is { } child)
            {
                SignatureText.EmitThrowing(code, child.Signature, $"The step '{node.Name}' runs the workflow {child.Child.DisplayName}, which takes its credential from the run: it cannot be called outside of one. Call the workflow's own client instead.");
                code.Line();
            }
        }
        foreach (var inline in model.InlinePrompts)
        {
            prompts.Emit(code, inline);
            code.Line();
        }
        new ExecutorEmitter(model, names).Emit(code);
        var tools = new ToolEmitter(model, names);
        for (var tool = 0; tool < model.Tools.Length; tool++)
        {
            code.Line();
            tools.Emit(code, tool);
        }
        var values = new ToolValuesEmitter(model, names);
        if (values.IsNeeded)
        {
            code.Line();
            values.Emit(code);
        }
        code.Close();
    }

    /// <summary>Opens the class, and says where its executor is.</summary>
    internal static void EmitHeader(CodeWriter code, WorkflowModel model, string definition)
    {
        if (model is not { Input: not null, Output: not null })
        {
            code.Open($"{model.Declaration} : {Names.Runtime}IWorkflowClass");
            EmitUntyped(code, definition);
            return;
        }
        var input = TypeText.Of(model.Input);
        var output = TypeText.Of(model.Output);
        var typed = $"{Names.Runtime}IWorkflowClass<{input}, {output}>";
        code.Open($"{model.Declaration} : {typed}");
        code.Line(Names.GeneratedCode);
        code.Line($"static {Names.DefinitionOf(input, output)} {typed}.Definition => {definition};").Line();
        EmitUntyped(code, definition);
    }

    private static void EmitUntyped(CodeWriter code, string definition)
    {
        code.Line(Names.GeneratedCode);
        code.Line($"static {Names.Runtime}WorkflowDefinition {Names.Runtime}IWorkflowClass.Definition => {definition};");
    }
}
