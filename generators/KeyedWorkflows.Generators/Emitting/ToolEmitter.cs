using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Emits the functions that a model may call: a class a tool, without reflection.</summary>
internal sealed class ToolEmitter(WorkflowModel model, EmittedNames names)
{
    private readonly ToolValuesEmitter toolValues = new(model, names);

    public void Emit(CodeWriter code, int index)
    {
        var tool = model.Tools[index];
        var name = EmittedNames.Simple(names.Tools[index]);
        var parameters = new List<string>();
        if (!tool.IsStatic)
            parameters.Add(model.FullName + " workflow");
        if (tool.NeedsRunValues)
            parameters.Add(names.ToolValues + "? values");
        code.Line($"/// <summary>The tool <c>{Literals.Xml(tool.ToolName)}</c>.</summary>");
        code.Line(Names.GeneratedCode);
        code.Open($"private sealed class {name}({string.Join(", ", parameters)}) : {Names.Runtime}PromptTool(Seen)");
        EmitSignature(code, tool);
        if (tool.NeedsRunValues)
        {
            code.Line($"private {names.ToolValues} Values => values ?? throw new {Names.InvalidOperationException}({Literals.Of($"The tool '{tool.ToolName}' takes values of the run, and its prompt was called outside of one.")});");
            code.Line();
        }
        EmitCall(code, index, tool);
        code.Close();
    }

    private void EmitSignature(CodeWriter code, ToolModel tool)
    {
        var arguments = new List<string> { Literals.Of(tool.ToolName), Literals.Of(tool.Description), $"static () => {names.Json}" };
        foreach (var parameter in tool.Parameters)
        {
            if (parameter.Kind != ToolParameterKind.Model)
                continue;
            // Boxed as the parameter's own type: a literal may be of another.
            var fallback = parameter.DefaultValue is { } value and not "default" and not "null" ? $"({TypeText.Of(parameter.Type)})({value})" : "null";
            arguments.Add($"new {Names.Runtime}ToolParameter({Literals.Of(parameter.Name)}, {TypeText.TypeOf(parameter.Type)}, {Literals.Of(parameter.Description)}, {Literals.Of(parameter.IsRequired)}, {fallback})");
        }
        code.Line($"private static readonly {Names.Runtime}ToolSignature Seen = {MethodCall.Of("new", arguments)};").Line();
    }

    private void EmitCall(CodeWriter code, int index, ToolModel tool)
    {
        const string result = Names.ValueTask + "<object?>";
        var isAsync = tool.Return is ReturnShape.Task or ReturnShape.TaskOfT or ReturnShape.ValueTask or ReturnShape.ValueTaskOfT;
        code.Open($"protected override {(isAsync ? "async " : "")}{result} CallAsync(global::Microsoft.Extensions.AI.AIFunctionArguments arguments, {Names.CancellationToken} ct)");
        var call = MethodCall.Of((tool.IsStatic ? model.FullName : "workflow") + "." + tool.Identifier, Arguments(index, tool));
        if (isAsync)
            call = $"await {call}.ConfigureAwait(false)";
        if (tool.Result is null)
            code.Line(call + ";").Line(isAsync ? "return null;" : "return default;");
        else if (isAsync)
            code.Line($"return Result<{TypeText.Of(tool.Result)}>({call});");
        else
            code.Line($"return new {result}(Result<{TypeText.Of(tool.Result)}>({call}));");
        code.Close();
    }

    private List<string> Arguments(int index, ToolModel tool)
    {
        var arguments = new List<string>();
        var fromModel = 0;
        for (var place = 0; place < tool.Parameters.Length; place++)
        {
            var parameter = tool.Parameters[place];
            arguments.Add(parameter.Kind switch
            {
                ToolParameterKind.Model => $"Argument<{TypeText.Of(parameter.Type)}>(arguments, {Numbers.Of(fromModel++)})",
                ToolParameterKind.Input => "Values.Input",
                ToolParameterKind.RunContext => "Values.Run",
                ToolParameterKind.CancellationToken => "ct",
                _ => FromStep(index, place, tool, parameter),
            });
        }
        return arguments;
    }

    private string FromStep(int index, int place, ToolModel tool, ToolParameterModel parameter)
    {
        var value = "Values." + toolValues.Property(index, place);
        return parameter.Type.IsNullable
            ? value
            : $"{value} ?? throw new {Names.InvalidOperationException}({Literals.Of($"The tool '{tool.ToolName}' needs '{parameter.Name}', and its step was skipped.")})";
    }
}
