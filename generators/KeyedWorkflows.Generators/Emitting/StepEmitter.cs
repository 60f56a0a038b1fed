using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Emits what an executor does for one node: take its result up, or run it, or leave it out.</summary>
internal sealed class StepEmitter(WorkflowModel model, EmittedNames names, RunLocals locals)
{
    private readonly DataText data = new(locals);
    private readonly ToolValuesEmitter toolValues = new(model, names);

    /// <summary>Emits a node.</summary>
    /// <param name="code">Takes the code.</param>
    /// <param name="node">The node.</param>
    /// <param name="token">The token of the place where the node stands.</param>
    /// <param name="isDeclared">Its local is declared already.</param>
    /// <param name="current">The local that holds the number of the step at work; null where it needs no change.</param>
    public void Emit(CodeWriter code, NodeModel node, string token, bool isDeclared, string? current)
    {
        var index = Numbers.Of(node.Index);
        code.Line($"// {node.Name}");
        var restored = node.Output is null ? ""
            : isDeclared ? $", out {locals[node.Index]}"
            : $", out {TypeText.OfLocal(node.Output, RunLocals.MayBeAbsent(node))} {locals[node.Index]}";
        code.Open($"if (!run.TryRestore({index}{restored}))");
        if (current is not null)
            code.Line($"{current} = {index};");
        if (node.MayBeSkipped || RunLocals.IsGuarded(node))
        {
            code.Open($"if ({Guard(node)})");
            Run(code, node, token);
            code.Close();
            code.Open("else if (run.IsObserved)").Line($"await run.SkipAsync({index}).ConfigureAwait(false);").Close();
        }
        else
        {
            Run(code, node, token);
        }
        code.Close();
    }

    /// <summary>The output of the run.</summary>
    public string Output() => data.Of(model.Result!.Sources, model.Output!, mayBeAbsent: false, isChecked: false);

    private void Run(CodeWriter code, NodeModel node, string token)
    {
        if (node.IsPlain)
            RunInPlace(code, node, token);
        else
            code.Line((node.Output is null ? "" : locals[node.Index] + " = ") + "await " + Managed(node, token) + ".ConfigureAwait(false);");
    }

    private void RunInPlace(CodeWriter code, NodeModel node, string token)
    {
        var index = Numbers.Of(node.Index);
        code.Line($"run.Begin({index}, {token});");
        var call = MethodCall.Of(Target(node), Arguments(node, token, item: null));
        if (node.Return is ReturnShape.Task or ReturnShape.TaskOfT or ReturnShape.ValueTask or ReturnShape.ValueTaskOfT)
            call = $"await {call}.ConfigureAwait(false)";
        if (node.Output is null)
        {
            code.Line(call + ";");
        }
        else
        {
            if (TypeText.IsDynamic(node.Result!))
                call = "(object?)" + call;
            if (DescriptionEmitter.RequiresResult(node))
                call = $"run.Require({index}, {call})";
            code.Line($"{locals[node.Index]} = {call};");
        }
        code.Line("if (run.IsObserved)").Indent().Line($"await run.EndAsync({index}{(node.Output is null ? "" : ", " + locals[node.Index])}).ConfigureAwait(false);").Outdent();
    }

    private string Managed(NodeModel node, string token)
    {
        var arguments = new List<string> { Numbers.Of(node.Index) };
        var item = "";
        var types = "";
        if (node.IsForEach)
        {
            var element = node.Parameters[node.ForEachParameter];
            arguments.Add(Items(element));
            item = TypeText.Of(element.Type);
        }
        if (!node.Streams && node.Result is not null)
            types = node.IsForEach ? $"<{item}, {TypeText.Of(node.Result)}>" : $"<{TypeText.Of(node is { Optional: true, Result.IsValueType: true } ? node.Result with { IsNullable = false } : node.Result)}>";
        else if (node.IsForEach)
            types = $"<{item}>";
        arguments.Add((node.IsForEach ? "(scope, item) => " : "scope => ") + Body(node));
        arguments.Add(token);
        return MethodCall.Of($"run.{Method(node)}{types}", arguments);
    }

    private static string Method(NodeModel node) => (node.IsForEach, node.Streams, node.Optional) switch
    {
        (true, true, true) => "OptionalForEachStreamAsync",
        (true, true, false) => "ForEachStreamAsync",
        (true, false, true) => "OptionalForEachAsync",
        (true, false, false) => "ForEachAsync",
        (false, true, true) => "OptionalStreamAsync",
        (false, true, false) => "StreamAsync",
        (false, false, true) => node.Result is { IsValueType: true } ? "OptionalValueAsync" : "OptionalAsync",
        _ => "StepAsync",
    };

    /// <summary>The body of a managed step: one call, as a task of exactly the step's type.</summary>
    private string Body(NodeModel node)
    {
        const string scopeToken = "scope.CancellationToken";
        if (node.SubWorkflow is { } child)
            return Child(node, child);
        var call = MethodCall.Of(Target(node), Arguments(node, scopeToken, "item"));
        return node.Return switch
        {
            ReturnShape.Void => $"\n{{\n    {call.Replace("\n", "\n    ")};\n    return {Names.Task}.CompletedTask;\n}}",
            ReturnShape.Value => $"{Names.Task}.FromResult<{TypeText.Of(node.Result!)}>({(TypeText.IsDynamic(node.Result!) ? "(object?)" : "")}{call})",
            ReturnShape.ValueTask or ReturnShape.ValueTaskOfT => call + ".AsTask()",
            _ => call,
        };
    }

    private string Child(NodeModel node, SubWorkflowModel child)
    {
        var arguments = new List<string> { "scope", Argument(node.Parameters[child.InputParameter], "scope.CancellationToken", "item", toolValues: null) };
        foreach (var slot in child.Slots)
            arguments.Add(Numbers.Of(slot));
        var call = MethodCall.Of($"run.SubWorkflowAsync<{child.Child.Name}, {TypeText.Of(child.ChildInput)}, {TypeText.Of(child.ChildOutput)}>", arguments);
        return node.Result is null || TypeText.Of(node.Result) == TypeText.Of(child.ChildOutput) ? call : $"async {call}";
    }

    private List<string> Arguments(NodeModel node, string token, string? item)
    {
        var values = toolValues.Expression(node, data);
        var arguments = new List<string>(node.Parameters.Length);
        foreach (var parameter in node.Parameters)
            arguments.Add(Argument(parameter, token, item, values));
        return arguments;
    }

    private string Argument(ParameterModel parameter, string token, string? item, string? toolValues)
    {
        switch (parameter.Kind)
        {
            case ParameterKind.ForEachElement:
                return item!;
            case ParameterKind.RunContext:
                return "run";
            case ParameterKind.CancellationToken:
                return token;
            case ParameterKind.EmbeddingGenerator:
                return MethodCall.Of("scope.EmbeddingGenerator", parameter.Client!.Model is { } embedding ? [Numbers.Of(parameter.Client.Slot), Literals.Of(embedding)] : [Numbers.Of(parameter.Client.Slot)]);
            case ParameterKind.ChatClient:
                var client = parameter.Client!;
                var arguments = new List<string> { Numbers.Of(client.Slot) };
                if (client.Model is not null)
                    arguments.Add(Literals.Of(client.Model));
                if (client.FallbackModel is not null)
                    arguments.Add("fallbackModel: " + Literals.Of(client.FallbackModel));
                if (toolValues is not null)
                    arguments.Add("toolValues: " + toolValues);
                return MethodCall.Of("scope.ChatClient", arguments);
            default:
                var mayBeAbsent = parameter is { MayBeAbsent: true, AcceptsAbsent: true } || parameter.Type.IsNullable;
                return data.Of(parameter.Sources, parameter.Type, mayBeAbsent, isChecked: RunLocals.MustBePresent(parameter));
        }
    }

    /// <summary>The sequence of which a step takes the elements.</summary>
    private string Items(ParameterModel element)
    {
        var name = TypeText.Of(element.Type);
        var wanted = new TypeModel
        {
            Name = $"global::System.Collections.Generic.IEnumerable<{name}>",
            DisplayName = element.Type.DisplayName,
            IsValueType = false,
            IsNullable = false,
            ElementName = name,
        };
        var sources = new List<SourceModel>();
        foreach (var source in element.Sources)
            sources.Add(source with { Conversion = SequenceConversion.None });
        return data.Of(EquatableArray.From(sources), wanted, mayBeAbsent: false, isChecked: element.MayBeAbsent);
    }

    private string Guard(NodeModel node)
    {
        var checks = new List<string>();
        foreach (var guard in node.Guards)
            checks.Add(Guard(guard));
        foreach (var parameter in node.Parameters)
        {
            if (RunLocals.MustBePresent(parameter) && data.IsPresent(parameter.Sources) is { } present && !checks.Contains(present))
                checks.Add(present);
        }
        if (node is { MayBeSkipped: true, Prompt: { } prompt })
            CheckTools(prompt, checks);
        return checks.Count == 0 ? "true" : string.Join(" && ", checks);
    }

    /// <summary>A prompt is skipped where a tool that it offers cannot do without data that is absent.</summary>
    private void CheckTools(PromptModel prompt, List<string> checks)
    {
        foreach (var reference in prompt.Tools)
        {
            if (reference.Tool < 0)
                continue;
            foreach (var parameter in model.Tools[reference.Tool].Parameters)
            {
                if (parameter is { Kind: ToolParameterKind.From, Type.IsNullable: false } && data.IsPresent(parameter.Sources) is { } present && !checks.Contains(present))
                    checks.Add(present);
            }
        }
    }

    private string Guard(GuardModel guard)
    {
        var answer = locals[guard.Condition];
        var condition = model.Nodes[guard.Condition];
        var mayBeAbsent = RunLocals.MayBeAbsent(condition);
        switch (guard.Test)
        {
            case GuardTest.True:
                return mayBeAbsent ? answer + " == true" : answer;
            case GuardTest.False:
                return mayBeAbsent ? answer + " == false" : "!" + answer;
            case GuardTest.Is:
                return $"{answer} == {guard.Constant}";
            default:
                var checks = new List<string>();
                if (mayBeAbsent || !condition.Output!.IsValueType)
                    checks.Add(answer + " is not null");
                foreach (var constant in guard.OtherConstants)
                    checks.Add($"{answer} != {constant}");
                return checks.Count == 0 ? "true" : string.Join(" && ", checks);
        }
    }

    private string Target(NodeModel node) => (node.IsStatic ? model.FullName : "workflow") + "." + node.Identifier;
}
