using KeyedWorkflows.Generators.Models;
using KeyedWorkflows.Generators.Templates;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Reads prompts: their parameters, texts, tools and options.</summary>
internal sealed class PromptReader(ParseScope scope, MethodTable methods, ToolTable tools)
{
    /// <summary>Reads a prompt.</summary>
    /// <param name="method">The method with its attribute.</param>
    /// <param name="result">What it returns.</param>
    /// <param name="signature">The method as its other half repeats it; null where there is no half to emit.</param>
    /// <param name="isInline">Not a node of the graph.</param>
    /// <returns>The prompt; null where something is wrong with it.</returns>
    public PromptModel? Read(MarkedMethod method, ReturnReading result, SignatureModel? signature, bool isInline)
    {
        var symbol = method.Symbol;
        var attribute = method.Attribute;
        var ct = scope.CancellationToken;
        var answer = AnswerOf(symbol, result);
        var parameters = ReadParameters(symbol, isInline, out var client);
        var members = new SymbolMembers(symbol, scope.Known);
        var system = Bind(attribute, "System", -1, members);
        var user = attribute.Text("User") is null && attribute.Argument<string>() is { } single
            ? Bind(attribute, single, attribute.Value(0, ct), members)
            : Bind(attribute, "User", 0, members);
        var file = attribute.Text("File");
        CheckTexts(symbol, attribute, file);
        var rounds = attribute.Number("MaxToolRounds", PromptModel.DefaultMaxToolRounds);
        if (rounds < 1)
            scope.Fault(Rules.Step, attribute.Place("MaxToolRounds", ct), "MaxToolRounds is how often the model may be answered with tool results: 1 or more.");
        if (attribute.TryGet("MaxOutputTokens", out var most) && most.Value is < 1)
            scope.Fault(Rules.Step, attribute.Place("MaxOutputTokens", ct), "MaxOutputTokens is the most tokens of an answer: 1 or more. Leave it out for the provider's default.");
        CheckRange(attribute, "Temperature", 2, "Temperature is how freely the model chooses its words: 0 to 2. Leave it out for the provider's default.");
        CheckRange(attribute, "TopP", 1, "TopP is the share of the likeliest words that the model chooses from: 0 to 1. Leave it out for the provider's default.");
        if (attribute.TryGet("ReasoningEffort", out var thinking) && !ConstantText.IsNamed(thinking))
            scope.Fault(Rules.Step, attribute.Place("ReasoningEffort", ct), "ReasoningEffort is none of the values that it has a name for. Name one, such as `ReasoningEffort.Low`.");
        var offered = tools.ReadOffered(method, isInline);
        var hook = ReadHook(symbol, attribute);
        if (signature is null || answer is null || client is null || result.Result is null)
            return null;

        var slot = ParameterReader.Marks.Of(client, scope.Known).Slot;
        return new()
        {
            Signature = signature,
            IsStatic = symbol.IsStatic,
            IsInline = isInline,
            Answer = answer.Value,
            Return = result.Shape,
            Result = scope.Types.Of(result.Result),
            Parameters = EquatableArray.From(parameters),
            System = system,
            User = user,
            File = file is { Length: > 0 } ? PromptFiles.Normalize(file) : null,
            Shapes = file is { Length: > 0 } ? members.ToShapes() : null,
            Tools = offered,
            MaxToolRounds = rounds,
            Model = slot?.Text("Model") ?? attribute.Text("Model"),
            FallbackModel = slot?.Text("FallbackModel") ?? attribute.Text("FallbackModel"),
            Temperature = Value<double>(attribute, "Temperature"),
            TopP = Value<double>(attribute, "TopP"),
            MaxOutputTokens = Value<int>(attribute, "MaxOutputTokens"),
            Seed = Value<long>(attribute, "Seed"),
            ReasoningEffort = attribute.TryGet("ReasoningEffort", out var effort) ? ConstantText.Of(effort, scope.Compilation, scope.Type) : null,
            ConfigureOptions = hook,
            AllowSystemMessages = attribute.Flag("AllowSystemMessages"),
        };
    }

    private static T? Value<T>(AttributeData attribute, string name)
        where T : struct => attribute.TryGet(name, out var value) && value.Value is T number ? number : null;

    private void CheckRange(AttributeData attribute, string name, double most, string message)
    {
        if (attribute.TryGet(name, out var given) && given.Value is double value && !(value >= 0 && value <= most))
            scope.Fault(Rules.Step, attribute.Place(name, scope.CancellationToken), message);
    }

    private PromptAnswer? AnswerOf(IMethodSymbol method, ReturnReading result)
    {
        if (result.Fault is not null)
            return null;
        switch (result.Shape)
        {
            case ReturnShape.TextStream:
                return PromptAnswer.Stream;
            case ReturnShape.TaskOfT or ReturnShape.ValueTaskOfT when result.Result is { } type:
                return type.SpecialType == SpecialType.System_String ? PromptAnswer.Text : PromptAnswer.Object;
            default:
                if (!TypeReader.HasError(method.ReturnType))
                    scope.GraphFault(Rules.Step, ParseScope.PlaceOf(method), $"`{method.Name}` is a prompt and returns nothing that a model's answer could be. Return `Task<string>`, `Task<T>` for a typed answer, or `IAsyncEnumerable<string>` for a stream.");
                return null;
        }
    }

    /// <summary>Reads the parameters as the body sees them. A step's own shape is checked where steps are read.</summary>
    private List<PromptParameterModel> ReadParameters(IMethodSymbol method, bool isInline, out IParameterSymbol? client)
    {
        client = null;
        var parameters = new List<PromptParameterModel>(method.Parameters.Length);
        foreach (var parameter in method.Parameters)
        {
            var kind = PromptParameterKind.Value;
            switch (ParameterReader.KindOf(parameter.Type, scope.Known, out _))
            {
                case ParameterKind.ChatClient:
                    kind = PromptParameterKind.ChatClient;
                    if (client is null)
                        client = parameter;
                    else
                        scope.Fault(Rules.Step, ParseScope.PlaceOf(parameter), $"`{method.Name}` is a prompt and takes two chat clients. It calls one model: keep one.");
                    break;
                case ParameterKind.RunContext:
                    kind = PromptParameterKind.RunContext;
                    break;
                case ParameterKind.CancellationToken:
                    kind = PromptParameterKind.CancellationToken;
                    break;
                case ParameterKind.EmbeddingGenerator:
                    scope.Fault(Rules.Step, ParseScope.PlaceOf(parameter), $"`{method.Name}` is a prompt and cannot use an embedding generator. Embed in a [Step], and give its result to the prompt.");
                    break;
                default:
                    if (ParameterReader.IsMessages(parameter.Type, scope.Known) && ParameterReader.Marks.Of(parameter, scope.Known).ForEach is null)
                        kind = PromptParameterKind.Messages;
                    if (isInline)
                        CheckInline(parameter);
                    break;
            }
            parameters.Add(new(parameter.Name, TypeReader.Identifier(parameter.Name), scope.Types.Of(parameter.Type), kind));
        }
        if (client is null && !HasUnknownParameter(method))
            scope.Fault(Rules.Step, ParseScope.PlaceOf(method), $"`{method.Name}` is a prompt and takes no model client. Add a parameter `IChatClient chat`.");
        return parameters;
    }

    private void CheckInline(IParameterSymbol parameter)
    {
        if (TypeReader.HasError(parameter.Type))
            scope.Incomplete();
        else if (ParameterReader.RefuseShape(parameter, scope.Known) is { } refused)
            scope.Fault(Rules.Step, ParseScope.PlaceOf(parameter), $"`{parameter.Name}` {refused}.");
        var marks = ParameterReader.Marks.Of(parameter, scope.Known);
        if ((marks.From ?? marks.FromInput ?? marks.ForEach) is { } mark)
            scope.Fault(Rules.Step, mark.Place(scope.CancellationToken), $"`{parameter.Name}` belongs to an inline prompt, whose caller gives it. Remove the attribute.");
    }

    private static bool HasUnknownParameter(IMethodSymbol method)
    {
        foreach (var parameter in method.Parameters)
        {
            if (TypeReader.HasError(parameter.Type))
                return true;
        }
        return false;
    }

    private void CheckTexts(IMethodSymbol method, AttributeData attribute, string? file)
    {
        var ct = scope.CancellationToken;
        var texts = (attribute.Argument<string>() is null ? 0 : 1) + (attribute.Text("User") is null ? 0 : 1) + (file is null ? 0 : 1);
        if (attribute.IsBroken())
            scope.Incomplete();
        else if (texts == 0 && attribute.Text("System") is null)
            scope.Fault(Rules.Step, attribute.Place(ct), $"`{method.Name}` is a prompt without a text. Write `[Prompt(\"…\")]`, or name User or File.");
        else if (texts > 1)
            scope.Fault(Rules.Step, attribute.Place(ct), $"`{method.Name}` has several texts for the user message. Keep one of the attribute's argument, User and File.");
        else if (file is not null && string.IsNullOrWhiteSpace(file))
            scope.Fault(Rules.Step, attribute.Place("File", ct), "File is empty. Name the prompt's file by its path from the project's folder, such as `prompts/draft.md`.");
        else if ((attribute.Text("User") ?? attribute.Argument<string>()) is { } user && string.IsNullOrWhiteSpace(user))
            scope.Fault(Rules.Step, attribute.Place(ct), $"The user message of `{method.Name}` is empty. Write what the model is asked.");
    }

    private TemplateModel? Bind(AttributeData attribute, string name, int place, SymbolMembers members)
    {
        var ct = scope.CancellationToken;
        return attribute.Text(name) is { } text ? Bind(attribute, text, attribute.Value(name, ct) ?? (place >= 0 ? attribute.Value(place, ct) : null), members) : null;
    }

    private TemplateModel Bind(AttributeData attribute, string text, ExpressionSyntax? source, SymbolMembers members)
    {
        var bound = TemplateBinder.Bind(text, members);
        if (bound.Faults.IsEmpty)
            return bound.Template;
        if (members.MetError)
        {
            scope.Incomplete();
            return bound.Template;
        }
        foreach (var fault in bound.Faults)
            scope.Fault(Rules.Placeholder, source is null ? attribute.Place(scope.CancellationToken) : LiteralPlaces.Of(source, fault.Start, fault.Length), fault.Message, fault.Instead is { } instead ? [instead] : default);
        return bound.Template;
    }

    private OptionsHookModel? ReadHook(IMethodSymbol prompt, AttributeData attribute)
    {
        if (attribute.Text("ConfigureOptions") is not { } name)
            return null;
        var place = attribute.Place("ConfigureOptions", scope.CancellationToken);
        if (!MemberNames.Has(scope, name) && MemberNames.IsUnknownToCompiler(scope, attribute, name))
        {
            scope.Incomplete();
            return null;
        }
        var hook = methods.Find(name, out var count);
        if (count == 0)
        {
            scope.Fault(Rules.Step, place, $"ConfigureOptions names something that is no method of the class. Name one, `void Edit(ChatOptions options)`.{Nearest.Offer(name, MemberNames.Hooks(scope))}");
            return null;
        }
        if (hook is not { ReturnsVoid: true, IsGenericMethod: false, IsAsync: false } || (prompt.IsStatic && !hook.IsStatic))
        {
            scope.Fault(Rules.Step, place, "ConfigureOptions names no method that can edit the options. Name one method of the class, `void Edit(ChatOptions options)`; it is static where the prompt is.");
            return null;
        }
        var arguments = new List<HookArgumentModel>(hook.Parameters.Length);
        var takesOptions = false;
        foreach (var parameter in hook.Parameters)
        {
            if (parameter.RefKind == RefKind.None && scope.Known.Classify(parameter.Type) == KnownType.ChatOptions && !takesOptions)
            {
                takesOptions = true;
                arguments.Add(new(null));
                continue;
            }
            var given = ParameterOf(prompt, parameter.Name);
            if (given is null || parameter.RefKind != RefKind.None || scope.Compilation.ClassifyCommonConversion(given.Type, parameter.Type) is not { IsImplicit: true })
            {
                if (given is null || !TypeReader.HasError(given.Type))
                    scope.Fault(Rules.Step, place, $"`{hook.Name}` takes `{parameter.Name}`, and `{prompt.Name}` has no such parameter of that type. Besides the options it may take parameters of the prompt, by name.");
                return null;
            }
            arguments.Add(new(TypeReader.Identifier(given.Name)));
        }
        if (!takesOptions)
        {
            scope.Fault(Rules.Step, place, $"`{hook.Name}` does not take the options. Add a parameter `ChatOptions options`.");
            return null;
        }
        return new(TypeReader.Identifier(hook.Name), hook.IsStatic, EquatableArray.From(arguments));
    }

    private static IParameterSymbol? ParameterOf(IMethodSymbol method, string name)
    {
        foreach (var parameter in method.Parameters)
        {
            if (parameter.Name == name)
                return parameter;
        }
        return null;
    }
}
