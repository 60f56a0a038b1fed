using KeyedWorkflows.Generators.Keys;
using KeyedWorkflows.Generators.Models;
using KeyedWorkflows.Generators.Parsing;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Emits the bodies of prompts: messages, options, one call. A body uses only its parameters, so that a unit test may call it with a fake client.</summary>
internal sealed class PromptEmitter(WorkflowModel model, EmittedNames names)
{
    private const string Messages = "global::Microsoft.Extensions.AI.ChatMessage";
    private const string Role = "global::Microsoft.Extensions.AI.ChatRole.";
    private readonly ToolValuesEmitter toolValues = new(model, names);

    /// <summary>Emits a prompt.</summary>
    public void Emit(CodeWriter code, PromptModel prompt)
    {
        if (prompt.File is { } file)
        {
            SignatureText.EmitThrowing(code, prompt.Signature, $"The prompt '{prompt.Signature.Name}' was built without its file '{KeyText.Without(file)}'. Add the file to the project as AdditionalFiles, and see the errors of the build.");
            return;
        }
        var locals = new LocalNames();
        foreach (var parameter in prompt.Parameters)
            locals.Reserve(parameter.Name);
        code.Line(Names.GeneratedCode);
        code.Open(SignatureText.Of(prompt.Signature, isAsync: !IsOneTask(prompt), prompt.Answer == PromptAnswer.Stream ? prompt.CancellationToken?.Identifier : null));
        if (prompt.System is { NeedsRun: true } || prompt.User is { NeedsRun: true })
        {
            locals.Reserve("run");
            code.Line($"{Names.Product}RunContext run = {Names.Runtime}PromptCall.RunOf({prompt.ChatClient!.Identifier});");
        }
        var messages = locals.Add("messages");
        var options = locals.Add("options");
        EmitMessages(code, prompt, messages);
        EmitOptions(code, prompt, options, locals);
        EmitCall(code, prompt, messages, options, locals);
        code.Close();
    }

    private void EmitMessages(CodeWriter code, PromptModel prompt, string messages)
    {
        code.Line($"global::System.Collections.Generic.List<{Messages}> {messages} = [];");
        EmitMessage(code, prompt.System, messages, "System");
        foreach (var parameter in prompt.Parameters)
        {
            if (parameter.Kind != PromptParameterKind.Messages)
                continue;
            if (parameter.Type.IsNullable)
                code.Line($"if ({parameter.Identifier} is not null)").Indent();
            code.Line($"{Names.Runtime}PromptCall.AddHistory({messages}, {parameter.Identifier}, allowSystem: {Literals.Of(prompt.AllowSystemMessages)});");
            if (parameter.Type.IsNullable)
                code.Outdent();
        }
        EmitMessage(code, prompt.User, messages, "User");
    }

    private void EmitMessage(CodeWriter code, TemplateModel? template, string messages, string role)
    {
        if (template is null)
            return;
        var segments = new List<string>();
        foreach (var segment in template.Segments)
            segments.Add(Segment(segment));
        var text = segments.Count switch
        {
            0 => "\"\"",
            1 => segments[0],
            _ => "\n    " + string.Join("\n    + ", segments),
        };
        code.Line($"{messages}.Add(new {Messages}({Role}{role}, {text}));".Replace(", \n", ",\n"));
    }

    private string Segment(TemplateSegment segment)
    {
        const string text = Names.Runtime + "PromptText.";
        var placeholder = Literals.Of(segment.Placeholder);
        return segment.IsLiteral ? Literals.Of(segment.Literal) : segment.Text switch
        {
            PlaceholderText.String => $"{text}Of({segment.Access}, {placeholder})",
            PlaceholderText.NullableString => $"{text}OfNullable({segment.Access})",
            PlaceholderText.Value => $"{text}Of({segment.Access}, {placeholder}, {names.Json})",
            _ => $"{text}OfNullable({segment.Access}, {names.Json})",
        };
    }

    private void EmitOptions(CodeWriter code, PromptModel prompt, string options, LocalNames locals)
    {
        var settings = new List<string>();
        Add("ModelId", prompt.Model is null ? null : Literals.Of(prompt.Model));
        Add("FallbackModel", prompt.FallbackModel is null ? null : Literals.Of(prompt.FallbackModel));
        Add("Temperature", prompt.Temperature is { } temperature ? Numbers.OfSingle(temperature) : null);
        Add("TopP", prompt.TopP is { } topP ? Numbers.OfSingle(topP) : null);
        Add("MaxOutputTokens", prompt.MaxOutputTokens is { } tokens ? Numbers.Of(tokens) : null);
        Add("Seed", prompt.Seed is { } seed ? Numbers.Of(seed) : null);
        Add("Reasoning", prompt.ReasoningEffort is { } effort ? $"new global::Microsoft.Extensions.AI.ReasoningOptions {{ Effort = {effort} }}" : null);
        if (!prompt.Tools.IsEmpty)
        {
            Add("MaxToolRounds", prompt.MaxToolRounds == PromptModel.DefaultMaxToolRounds ? null : Numbers.Of(prompt.MaxToolRounds));
            string? values = null;
            if (toolValues.IsNeededBy(prompt))
            {
                values = locals.Add("values");
                code.Line($"{names.ToolValues}? {values} = {Names.Runtime}PromptCall.ToolValuesOf<{names.ToolValues}>({prompt.ChatClient!.Identifier});");
            }
            Add("Tools", "[" + string.Join(", ", Tools(prompt, values)) + "]");
        }
        var type = Names.Runtime + "PromptOptions";
        if (settings.Count == 0)
        {
            code.Line($"{type} {options} = new();");
        }
        else
        {
            code.Line($"{type} {options} = new()").Open();
            foreach (var setting in settings)
                code.Line(setting + ",");
            code.Close(";");
        }
        if (prompt.ConfigureOptions is { } hook)
        {
            var arguments = new List<string>();
            foreach (var argument in hook.Arguments)
                arguments.Add(argument.PromptParameter is { } given ? given + (IsNullable(prompt, given) ? "!" : "") : options);
            code.Line(MethodCall.Of((hook.IsStatic ? model.FullName : "this") + "." + hook.Identifier, arguments) + ";");
        }

        void Add(string name, string? value)
        {
            if (value is not null)
                settings.Add($"{name} = {value}");
        }
    }

    /// <summary>The author's hook says itself whether it takes null.</summary>
    private static bool IsNullable(PromptModel prompt, string identifier)
    {
        foreach (var parameter in prompt.Parameters)
        {
            if (parameter.Identifier == identifier)
                return parameter.Type is { IsNullable: true, IsValueType: false };
        }
        return false;
    }

    private List<string> Tools(PromptModel prompt, string? values)
    {
        var tools = new List<string>();
        foreach (var reference in prompt.Tools)
        {
            if (reference.Property is { } property)
            {
                tools.Add($".. {(reference.IsStatic ? model.FullName : "this")}.{property}");
                continue;
            }
            var tool = model.Tools[reference.Tool];
            var arguments = new List<string>();
            if (!tool.IsStatic)
                arguments.Add("this");
            if (tool.NeedsRunValues)
                arguments.Add(values!);
            tools.Add($"new {names.Tools[reference.Tool]}({string.Join(", ", arguments)})");
        }
        return tools;
    }

    /// <summary>Whether the call's task is the prompt's own. It is not where the types differ in what may be null, or in <c>dynamic</c>: then the body awaits it.</summary>
    private static bool IsOneTask(PromptModel prompt) =>
        prompt.Answer != PromptAnswer.Stream && !TypeText.IsDynamic(prompt.Result) && !(prompt.Answer == PromptAnswer.Text && prompt.Result.IsNullable);

    private static void EmitReturn(CodeWriter code, PromptModel prompt, string task) => code.Line(
        !IsOneTask(prompt) ? $"return await {task}.ConfigureAwait(false);"
        : prompt.Return == ReturnShape.ValueTaskOfT ? $"return new({task});"
        : $"return {task};");

    private void EmitCall(CodeWriter code, PromptModel prompt, string messages, string options, LocalNames locals)
    {
        const string call = Names.Runtime + "PromptCall.";
        var chat = prompt.ChatClient!.Identifier;
        var token = prompt.CancellationToken?.Identifier ?? "default";
        switch (prompt.Answer)
        {
            case PromptAnswer.Text:
                EmitReturn(code, prompt, $"{call}TextAsync({chat}, {messages}, {options}, {token})");
                break;
            case PromptAnswer.Object:
                EmitReturn(code, prompt, $"{call}ObjectAsync<{TypeText.Of(prompt.Result)}>({chat}, {messages}, {options}, {names.Json}, {token})");
                break;
            default:
                var piece = locals.Add("piece");
                // An extension method, which the author's file need not have in reach.
                code.Line($"await foreach (string {piece} in global::System.Threading.Tasks.TaskAsyncEnumerableExtensions.ConfigureAwait({call}StreamAsync({chat}, {messages}, {options}, {token}), false))").Indent().Line($"yield return {piece};").Outdent();
                break;
        }
    }
}
