using System.Globalization;
using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Reads when steps run: finds their conditions, and what each asks of the answer.</summary>
internal sealed class GuardReader(ParseScope scope, MethodTable methods, NodeReader reader, List<NodeReading> nodes)
{
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    /// <summary>For each condition the answers that steps name, as text.</summary>
    private readonly Dictionary<int, List<string>> namedAnswers = [];

    /// <summary>The conditions of which a step names an answer that they never give: that is the fault, and not an Otherwise beside it.</summary>
    private readonly HashSet<int> misnamed = [];

    /// <summary>The conditions of which it is said that their type is no answer.</summary>
    private readonly HashSet<int> unanswerable = [];

    /// <summary>Whether steps can test a value of a type for a constant.</summary>
    public static bool IsAnswer(ITypeSymbol type) => type.TypeKind == TypeKind.Enum || type.SpecialType is SpecialType.System_Boolean or SpecialType.System_Char or SpecialType.System_String
        or (>= SpecialType.System_SByte and <= SpecialType.System_Double);

    /// <summary>Reads the guards of all steps. Condition methods that are no steps are put behind them.</summary>
    public void Read()
    {
        var steps = nodes.Count;
        for (var i = 0; i < steps; i++)
        {
            if (!places.ContainsKey(nodes[i].Symbol.Name))
                places.Add(nodes[i].Symbol.Name, i);
        }
        var asked = new List<Question>[steps];
        for (var i = 0; i < steps; i++)
            asked[i] = Ask(nodes[i]);
        for (var i = 0; i < steps; i++)
        {
            var guards = new List<GuardModel>(asked[i].Count);
            foreach (var question in asked[i])
            {
                if (Answer(question, nodes[i]) is { } guard)
                    guards.Add(guard);
            }
            nodes[i].Guards = EquatableArray.From(guards);
        }
    }

    /// <summary>What one step asks. The answers that it names are noted, for <c>Otherwise</c>.</summary>
    private List<Question> Ask(NodeReading step)
    {
        var questions = new List<Question>(0);
        var attribute = step.Attribute!;
        var ct = scope.CancellationToken;
        var when = attribute.Text("When");
        var unless = attribute.Text("Unless");
        var isGiven = attribute.TryGet("Is", out var answer);
        var otherwise = attribute.Flag("Otherwise");
        if (when is null && (isGiven || otherwise))
        {
            var name = isGiven ? "Is" : "Otherwise";
            scope.GraphFault(Rules.Condition, attribute.Place(name, ct), $"{name} asks for the answer of a condition, and `{step.Symbol.Name}` names none. Add `When = nameof(TheCondition)`.");
        }
        else if (isGiven && otherwise)
        {
            scope.GraphFault(Rules.Condition, attribute.Place("Otherwise", ct), $"`{step.Symbol.Name}` asks for one answer and for all others at once. Keep Is or Otherwise.");
        }
        else if (when is not null && Find(when, step.Symbol, attribute, "When") is >= 0 and var condition)
        {
            var question = new Question(condition, otherwise ? GuardTest.Otherwise : isGiven ? GuardTest.Is : GuardTest.True, answer, otherwise ? "Otherwise" : isGiven ? "Is" : "When");
            questions.Add(question);
            Note(question);
        }
        if (unless is not null && Find(unless, step.Symbol, attribute, "Unless") is >= 0 and var negated)
        {
            var question = new Question(negated, GuardTest.False, default, "Unless");
            questions.Add(question);
            Note(question);
        }
        return questions;
    }

    private void Note(Question question)
    {
        var text = question.Test switch
        {
            GuardTest.True => "true",
            GuardTest.False => "false",
            GuardTest.Is => TextOf(question.Answer, nodes[question.Condition].ResultType),
            _ => null,
        };
        if (text is null)
        {
            if (question.Test == GuardTest.Is)
                misnamed.Add(question.Condition);
            return;
        }
        if (!namedAnswers.TryGetValue(question.Condition, out var answers))
            namedAnswers.Add(question.Condition, answers = []);
        if (!answers.Contains(text))
            answers.Add(text);
    }

    /// <summary>The guard of a question; null, and a fault, where the condition has no such answer.</summary>
    private GuardModel? Answer(Question question, NodeReading step)
    {
        var condition = nodes[question.Condition];
        var name = condition.Symbol.Name;
        var place = step.Attribute!.Place(question.Argument, scope.CancellationToken);
        if (condition.ResultType is not { } type)
        {
            // A shape that the compiler or another rule refuses is said there.
            if (!scope.IsGraphUnknown)
                scope.GraphFault(Rules.Condition, place, $"`{name}` returns nothing that could be a condition's answer. Let it return bool, an enum, a string or a number.");
            return null;
        }
        if (TypeReader.HasError(type))
            return null;
        if (condition.ForEachParameter >= 0)
        {
            scope.GraphFault(Rules.Condition, place, $"`{name}` runs once an element and gives many answers. Take the condition from a method that runs once.");
            return null;
        }
        var bare = TypeReader.Strip(type);
        if (!IsAnswer(bare))
        {
            // One condition of a wrong type is one fault, however many steps ask it.
            if (unanswerable.Add(question.Condition))
            {
                scope.GraphFault(
                    Rules.Condition,
                    step.Attribute!.Place(question.Test == GuardTest.False ? "Unless" : "When", scope.CancellationToken),
                    $"`{name}` returns `{TypeReader.People(type)}`, and a condition answers with bool, an enum, a string or a number. Let it return one of these, such as the part of `{TypeReader.People(type)}` that decides.");
            }
            return null;
        }
        var isBool = bare.SpecialType == SpecialType.System_Boolean;
        switch (question.Test)
        {
            case GuardTest.True or GuardTest.False when !isBool:
                scope.GraphFault(Rules.Condition, place, question.Test == GuardTest.True
                    ? $"`{name}` returns `{TypeReader.People(type)}`. Say for which answer the step runs: `Is = …`, or `Otherwise = true`."
                    : $"`{name}` returns `{TypeReader.People(type)}`, and Unless asks for bool. Let the condition return bool.");
                return null;
            case GuardTest.True or GuardTest.False:
                return new() { Condition = question.Condition, Test = question.Test };
            case GuardTest.Is:
                if (TextOf(question.Answer, type) is not { } text)
                {
                    scope.GraphFault(Rules.Condition, place, $"`{name}` returns `{TypeReader.People(type)}` and can never give this answer. Name a constant of that type: an enum's, a string, a number or a Boolean.");
                    return null;
                }
                return isBool
                    ? new() { Condition = question.Condition, Test = text == "true" ? GuardTest.True : GuardTest.False }
                    : new() { Condition = question.Condition, Test = GuardTest.Is, Constant = text };
            default:
                return Otherwise(question, name, isBool, place);
        }
    }

    private GuardModel? Otherwise(Question question, string name, bool isBool, Location? place)
    {
        if (!namedAnswers.TryGetValue(question.Condition, out var answers))
        {
            if (!misnamed.Contains(question.Condition))
                scope.GraphFault(Rules.Condition, place, $"No other step names an answer of `{name}`, so there is nothing that this could be otherwise to. Let another step say `When = nameof({name}), Is = …`.");
            return null;
        }
        if (!isBool)
            return new() { Condition = question.Condition, Test = GuardTest.Otherwise, OtherConstants = EquatableArray.From(answers) };
        if (answers.Count == 1)
            return new() { Condition = question.Condition, Test = answers[0] == "true" ? GuardTest.False : GuardTest.True };
        scope.GraphFault(Rules.Condition, place, $"Other steps name both answers of `{name}`, so this step can never run. Remove it, or change their conditions.");
        return null;
    }

    /// <summary>The place of the condition; -1, and a fault, where there is none.</summary>
    private int Find(string name, ISymbol step, AttributeData attribute, string argument)
    {
        if (places.TryGetValue(name, out var index))
            return index;
        if (!MemberNames.Has(scope, name) && MemberNames.IsUnknownToCompiler(scope, attribute, name))
        {
            scope.Incomplete();
            return -1;
        }
        var place = attribute.Place(argument, scope.CancellationToken);
        var method = methods.Find(name, out var count);
        if (method is not { MethodKind: MethodKind.Ordinary })
        {
            scope.GraphFault(Rules.Condition, place, count > 1
                ? "The condition is overloaded, and conditions are known by their names. Give each method a name of its own."
                : "The class has no method of this name. Name a method of the class that returns bool, an enum, a string or a number: `nameof(TheCondition)`." + Nearest.Offer(name, MemberNames.ConditionsOf(scope, step)), MemberNames.ChoiceOf(name, MemberNames.ConditionsOf(scope, step)));
            places.Add(name, -1);
            return -1;
        }
        foreach (var own in method.GetAttributes())
        {
            if (scope.Known.MarkOf(own) is Mark.Prompt or Mark.Tool or Mark.ChooseProfile)
            {
                scope.GraphFault(Rules.Condition, place, $"`{name}` is a tool, a chooser or an inline prompt, which no graph runs. Name a step, or a method without an attribute.");
                places.Add(name, -1);
                return -1;
            }
        }
        places.Add(name, nodes.Count);
        nodes.Add(reader.ReadCondition(method));
        return nodes.Count - 1;
    }

    /// <summary>An answer as C# writes it, in the condition's own type; null where the type has no such constant.</summary>
    private static string? TextOf(TypedConstant answer, ITypeSymbol? type)
    {
        if (type is null || answer.Kind is TypedConstantKind.Error or TypedConstantKind.Array or TypedConstantKind.Type || answer.Value is not { } value)
            return null;
        var bare = TypeReader.Strip(type);
        if (bare.TypeKind == TypeKind.Enum || answer.Kind == TypedConstantKind.Enum)
            return KnownSymbols.Same(bare, answer.Type) ? ConstantText.Of(value, bare) : null;
        return bare.SpecialType switch
        {
            SpecialType.System_Boolean => value is bool ? ConstantText.Of(value, bare) : null,
            SpecialType.System_String => value is string ? ConstantText.Of(value, bare) : null,
            SpecialType.System_Char => value is char ? ConstantText.Of(value, bare) : null,
            SpecialType.System_Double => value is IConvertible and not (string or char or bool) ? ConstantText.Of(Convert.ToDouble(value, CultureInfo.InvariantCulture), bare) : null,
            SpecialType.System_Single => value is IConvertible and not (string or char or bool or double) ? ConstantText.Of(Convert.ToSingle(value, CultureInfo.InvariantCulture), bare) : null,
            _ => WholeNumber(value, bare.SpecialType),
        };
    }

    /// <summary>A whole number that fits a type, without a suffix: a pattern takes it for each of them.</summary>
    private static string? WholeNumber(object value, SpecialType type)
    {
        if (value is string or char or bool or double or float)
            return null;
        var number = Convert.ToDecimal(value, CultureInfo.InvariantCulture);
        var (least, most) = type switch
        {
            SpecialType.System_SByte => (sbyte.MinValue, sbyte.MaxValue),
            SpecialType.System_Byte => (byte.MinValue, byte.MaxValue),
            SpecialType.System_Int16 => (short.MinValue, short.MaxValue),
            SpecialType.System_UInt16 => (ushort.MinValue, ushort.MaxValue),
            SpecialType.System_Int32 => (int.MinValue, int.MaxValue),
            SpecialType.System_UInt32 => (uint.MinValue, uint.MaxValue),
            SpecialType.System_Int64 => (long.MinValue, long.MaxValue),
            SpecialType.System_UInt64 => (ulong.MinValue, ulong.MaxValue),
            SpecialType.System_Decimal => (long.MinValue, ulong.MaxValue),
            _ => (decimal.One, decimal.Zero),
        };
        return number >= least && number <= most ? number.ToString(CultureInfo.InvariantCulture) : null;
    }

    /// <summary>What a step asks of a condition.</summary>
    private readonly record struct Question(int Condition, GuardTest Test, TypedConstant Answer, string Argument);
}
