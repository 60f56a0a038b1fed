using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>
/// Asks the names around an expression what its value is, from the inside out: the parameter that it is given to, the entry before it, the method, the variable, the member that returns it. The first name that tells decides. Goes by the text, so
/// that code that does not compile yet is read too; only the names of parameters are asked of the compiler.
/// </summary>
internal ref struct SurroundingNames
{
    /// <summary>Methods that hand on what they are given.</summary>
    private static readonly HashSet<string> PassOn = new(StringComparer.Ordinal)
    {
        "ToString", "Trim", "TrimEnd", "TrimStart", "ToArray", "ToCharArray", "AsSpan", "AsMemory", "AsEnumerable", "ToList", "GetBytes", "GetString", "FromResult", "FromBase64String", "ToLowerInvariant", "ToUpperInvariant", "Concat", "Join",
        "Create", "Parse", "From", "Of", "EscapeDataString", "UrlEncode", "Just", "Some", "Wrap", "Format", "ConfigureAwait", "Intern", "NotNull", "ThrowIfNull", "ToImmutableArray", "Replace",
    };

    /// <summary>Methods that compare what they are given with something else.</summary>
    private static readonly HashSet<string> Compares = new(StringComparer.Ordinal) { "Equals", "StartsWith", "Contains", "FixedTimeEquals", "Compare", "CompareOrdinal", "SequenceEqual" };

    private readonly SemanticModel model;
    private readonly CancellationToken cancellationToken;

    /// <summary>The element of a tuple that was last asked; below zero where there was none.</summary>
    private int element = -1;

    /// <summary>A name was `key`, which tells together with a provider's.</summary>
    private bool hasKey;

    private SurroundingNames(SemanticModel model, CancellationToken cancellationToken)
    {
        this.model = model;
        this.cancellationToken = cancellationToken;
    }

    /// <summary>The name that tells that the value of an expression is a key; null where none does, or one tells that it is none.</summary>
    public static string? FindKey(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken)
    {
        var names = new SurroundingNames(model, cancellationToken);
        return names.Climb(expression, out var name) == Telling.Key ? name : null;
    }

    private Telling Climb(SyntaxNode node, out string name)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var telling = Ask(node, out name, out var next);
            if (telling != Telling.Nothing || next is null)
                return telling;
            node = next;
        }
    }

    /// <summary>Asks the names that the parent of a node has for it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="name">The name that tells.</param>
    /// <param name="next">The node whose value is the node's, too; null where that cannot be said.</param>
    private Telling Ask(SyntaxNode node, out string name, out SyntaxNode? next)
    {
        name = "";
        next = null;
        switch (node.Parent)
        {
            case ParenthesizedExpressionSyntax or CastExpressionSyntax or PostfixUnaryExpressionSyntax or CheckedExpressionSyntax or AwaitExpressionSyntax or CollectionExpressionSyntax or SpreadElementSyntax
                or ArrayCreationExpressionSyntax or ImplicitArrayCreationExpressionSyntax or StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax or InterpolationSyntax or InterpolatedStringExpressionSyntax:
                next = node.Parent;
                return Telling.Nothing;
            case ExpressionElementSyntax { Parent: CollectionExpressionSyntax list } element:
                next = list;
                return list.Elements.PlaceOf(element) is > 0 and var at && list.Elements[at - 1] is ExpressionElementSyntax { Expression: var option } ? AskOption(option, out name) : Telling.Nothing;
            case ConditionalExpressionSyntax conditional:
                next = conditional.Condition == node ? null : conditional;
                return Telling.Nothing;
            case BinaryExpressionSyntax binary:
                return AskBinary(binary, node, out name, out next);
            case AssignmentExpressionSyntax assignment when assignment.Right == node:
                return AskAssignment(assignment, out name, out next);
            case EqualsValueClauseSyntax { Parent: { } declared }:
                return AskDeclared(declared, out name);
            case ArrowExpressionClauseSyntax { Parent: { } member }:
                return AskDeclared(member, out name);
            case ReturnStatementSyntax or YieldStatementSyntax:
                return AskReturned(node.Parent, out name, out next);
            case AnonymousFunctionExpressionSyntax lambda:
                next = lambda;
                return Telling.Nothing;
            case SwitchExpressionArmSyntax arm:
                next = arm.Expression == node ? arm.Parent : null;
                return arm.Pattern is ConstantPatternSyntax { Expression: var key } ? AskExpression(key, out name) : Telling.Nothing;
            case ConstantPatternSyntax pattern:
                return AskMatched(pattern, out name);
            case CaseSwitchLabelSyntax { Parent.Parent: SwitchStatementSyntax @switch }:
                return AskExpression(@switch.Expression, out name);
            case InitializerExpressionSyntax initializer:
                next = initializer;
                var place = initializer.Expressions.PlaceOf(node);
                return place <= 0 ? Telling.Nothing
                    : initializer.IsKind(SyntaxKind.ComplexElementInitializerExpression) ? AskText(initializer.Expressions[place - 1], out name)
                    : AskOption(initializer.Expressions[place - 1], out name);
            case ObjectCreationExpressionSyntax creation when creation.Initializer == node:
                next = creation;
                return Telling.Nothing;
            case ImplicitObjectCreationExpressionSyntax creation:
                next = creation;
                return Telling.Nothing;
            case AnonymousObjectMemberDeclaratorSyntax { NameEquals.Name.Identifier.ValueText: var member }:
                return AskName(member, out name);
            case ArgumentSyntax argument:
                return AskArgument(argument, out name, out next);
            case AttributeArgumentSyntax argument:
                return AskAttribute(argument, out name);
            case MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access when access.Expression == node:
                return AskCallOn(access, call, out name, out next);
            default:
                return Telling.Nothing;
        }
    }

    private Telling AskBinary(BinaryExpressionSyntax binary, SyntaxNode node, out string name, out SyntaxNode? next)
    {
        name = "";
        next = null;
        switch (binary.Kind())
        {
            case SyntaxKind.CoalesceExpression:
                next = binary;
                return binary.Right == node ? AskExpression(binary.Left, out name) : Telling.Nothing;
            case SyntaxKind.EqualsExpression or SyntaxKind.NotEqualsExpression:
                return AskExpression(binary.Left == node ? binary.Right : binary.Left, out name);
            case SyntaxKind.AddExpression or SyntaxKind.AsExpression:
                next = binary;
                return Telling.Nothing;
            default:
                return Telling.Nothing;
        }
    }

    private Telling AskAssignment(AssignmentExpressionSyntax assignment, out string name, out SyntaxNode? next)
    {
        // `new MistralOptions { Key = … }`: the type is asked where the property says no more than `key`.
        next = assignment.Parent is InitializerExpressionSyntax { Parent: ObjectCreationExpressionSyntax } ? null : assignment;
        var telling = AskExpression(assignment.Left, out name);
        if (telling == Telling.Nothing && hasKey && assignment.Parent is InitializerExpressionSyntax { Parent: BaseObjectCreationExpressionSyntax creation })
            telling = AskCalled(NameOfType(creation), out name);
        return telling;
    }

    private Telling AskDeclared(SyntaxNode declared, out string name)
    {
        var identifier = declared switch
        {
            VariableDeclaratorSyntax variable => variable.Identifier,
            PropertyDeclarationSyntax property => property.Identifier,
            ParameterSyntax parameter => parameter.Identifier,
            MethodDeclarationSyntax method => method.Identifier,
            LocalFunctionStatementSyntax function => function.Identifier,
            AccessorDeclarationSyntax { Parent.Parent: PropertyDeclarationSyntax property } => property.Identifier,
            _ => default,
        };
        if (element >= 0 && ElementOf(TypeOf(declared)) is TupleTypeSyntax { Elements: var elements } && element < elements.Count && AskName(elements[element].Identifier.ValueText, out name) is var told and not Telling.Nothing)
            return told;
        var telling = AskName(identifier.ValueText, out name);
        return telling == Telling.Nothing ? AskContainer(declared, out name) : telling;
    }

    private static TypeSyntax? TypeOf(SyntaxNode declared) => declared switch
    {
        VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Type: var type } } => type,
        PropertyDeclarationSyntax { Type: var type } => type,
        MethodDeclarationSyntax { ReturnType: var type } => type,
        LocalFunctionStatementSyntax { ReturnType: var type } => type,
        _ => null,
    };

    /// <summary>The type of a list's elements, or of a task's result.</summary>
    private static TypeSyntax? ElementOf(TypeSyntax? type)
    {
        while (true)
        {
            switch (type)
            {
                case NullableTypeSyntax nullable:
                    type = nullable.ElementType;
                    continue;
                case ArrayTypeSyntax array:
                    type = array.ElementType;
                    continue;
                case GenericNameSyntax { TypeArgumentList.Arguments: [var argument] }:
                    type = argument;
                    continue;
                default:
                    return type;
            }
        }
    }

    /// <summary>`class MistralSettings { string Key = … }`.</summary>
    private readonly Telling AskContainer(SyntaxNode member, out string name)
    {
        name = "";
        if (!hasKey || member.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { Identifier.ValueText: var type } || !TellingNames.HasProvider(type))
            return Telling.Nothing;
        name = type;
        return Telling.Key;
    }

    private Telling AskReturned(SyntaxNode statement, out string name, out SyntaxNode? next)
    {
        name = "";
        next = null;
        for (var around = statement.Parent; around is not null; around = around.Parent)
        {
            switch (around)
            {
                case AnonymousFunctionExpressionSyntax lambda:
                    next = lambda;
                    return Telling.Nothing;
                case MethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax:
                    return AskDeclared(around, out name);
                case MemberDeclarationSyntax:
                    return Telling.Nothing;
                default:
                    continue;
            }
        }
        return Telling.Nothing;
    }

    private Telling AskMatched(ConstantPatternSyntax pattern, out string name)
    {
        for (SyntaxNode? around = pattern.Parent; around is not null; around = around.Parent)
        {
            switch (around)
            {
                case IsPatternExpressionSyntax matched:
                    return AskExpression(matched.Expression, out name);
                case SwitchExpressionSyntax matched:
                    return AskExpression(matched.GoverningExpression, out name);
                case SwitchStatementSyntax matched:
                    return AskExpression(matched.Expression, out name);
                case SubpatternSyntax { ExpressionColon.Expression: var member }:
                    return AskExpression(member, out name);
                case PatternSyntax or SubpatternSyntax or PropertyPatternClauseSyntax or SwitchExpressionArmSyntax or CasePatternSwitchLabelSyntax or SwitchSectionSyntax:
                    continue;
                default:
                    name = "";
                    return Telling.Nothing;
            }
        }
        name = "";
        return Telling.Nothing;
    }

    private Telling AskArgument(ArgumentSyntax argument, out string name, out SyntaxNode? next)
    {
        next = null;
        if (argument.NameColon is { Name.Identifier.ValueText: var named } && AskName(named, out name) is var told and not Telling.Nothing)
            return told;
        switch (argument.Parent)
        {
            case TupleExpressionSyntax tuple:
                next = tuple;
                element = tuple.Arguments.PlaceOf(argument);
                var target = AskTarget(tuple, tuple.Arguments.PlaceOf(argument), out name);
                return target == Telling.Nothing ? AskBefore(tuple.Arguments, argument, out name) : target;
            case ArgumentListSyntax list:
                var telling = AskParameter(argument, list, out name);
                if (telling == Telling.Nothing)
                    telling = AskBefore(list.Arguments, argument, out name);
                return telling == Telling.Nothing ? AskCall(list.Parent, out name, out next) : telling;
            case BracketedArgumentListSyntax { Parent: ImplicitElementAccessSyntax { Parent: AssignmentExpressionSyntax entry } }:
                // The name of an entry is told by what the dictionary is called: `tenantsByApiKey`.
                name = "";
                next = entry;
                return Telling.Nothing;
            default:
                name = "";
                return Telling.Nothing;
        }
    }

    /// <summary><c>var (model, apiKey) = ("…", "…")</c>.</summary>
    private Telling AskTarget(TupleExpressionSyntax tuple, int at, out string name)
    {
        name = "";
        return tuple.Parent is AssignmentExpressionSyntax { Left: var left } && left != tuple
            ? left switch
            {
                DeclarationExpressionSyntax { Designation: ParenthesizedVariableDesignationSyntax { Variables: var variables } } when at < variables.Count && variables[at] is SingleVariableDesignationSyntax variable => AskName(variable.Identifier.ValueText, out name),
                TupleExpressionSyntax { Arguments: var targets } when at < targets.Count => targets[at].Expression is DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax variable }
                    ? AskName(variable.Identifier.ValueText, out name)
                    : AskExpression(targets[at].Expression, out name),
                _ => Telling.Nothing,
            }
            : Telling.Nothing;
    }

    private Telling AskCall(SyntaxNode? call, out string name, out SyntaxNode? next)
    {
        name = "";
        next = null;
        switch (call)
        {
            case BaseObjectCreationExpressionSyntax creation:
                next = creation;
                return AskCalled(NameOfType(creation), out name);
            case InvocationExpressionSyntax invocation:
                var method = NameOfMethod(invocation.Expression);
                next = PassOn.Contains(method) ? invocation : null;
                if (Compares.Contains(method))
                    return AskCompared(invocation, out name);
                var telling = AskCalled(method, out name);
                return telling == Telling.Nothing && invocation.Expression is MemberAccessExpressionSyntax { Expression: var receiver } ? AskCalled(NameOfMethod(receiver), out name) : telling;
            case ConstructorInitializerSyntax { Parent.Parent: TypeDeclarationSyntax { BaseList.Types: [var type, ..] } }:
                return AskCalled(type.Type.ToString(), out name);
            case PrimaryConstructorBaseTypeSyntax type:
                return AskCalled(type.Type.ToString(), out name);
            default:
                return Telling.Nothing;
        }
    }

    /// <summary>What a value is compared with, be it the object or another argument.</summary>
    private Telling AskCompared(InvocationExpressionSyntax call, out string name)
    {
        if (call.Expression is MemberAccessExpressionSyntax { Expression: not (PredefinedTypeSyntax or LiteralExpressionSyntax) and var other } && AskExpression(other, out name) is var telling and not Telling.Nothing)
            return telling;
        foreach (var argument in call.ArgumentList.Arguments)
        {
            if (argument.Expression is not LiteralExpressionSyntax && AskExpression(argument.Expression, out name) is var told and not Telling.Nothing)
                return told;
        }
        name = "";
        return Telling.Nothing;
    }

    private Telling AskCallOn(MemberAccessExpressionSyntax access, InvocationExpressionSyntax call, out string name, out SyntaxNode? next)
    {
        name = "";
        next = null;
        var method = access.Name.Identifier.ValueText;
        if (Compares.Contains(method))
            return AskCompared(call, out name);
        next = PassOn.Contains(method) ? call : null;
        return Telling.Nothing;
    }

    private Telling AskAttribute(AttributeArgumentSyntax argument, out string name)
    {
        if (argument.NameEquals is { Name.Identifier.ValueText: var property } && AskName(property, out name) is var told and not Telling.Nothing)
            return told;
        if (argument.NameColon is { Name.Identifier.ValueText: var parameter } && AskName(parameter, out name) is var said and not Telling.Nothing)
            return said;
        if (argument.Parent is not AttributeArgumentListSyntax { Parent: AttributeSyntax attribute } list)
        {
            name = "";
            return Telling.Nothing;
        }
        if (argument is { NameEquals: null, NameColon: null } && ParameterAt(attribute, list.Arguments.PlaceOf(argument)) is { } given && AskName(given, out name) is var asked and not Telling.Nothing)
            return asked;

        // [InlineData("…")] of a test: the method's parameter names it; or the argument before does.
        var at = list.Arguments.PlaceOf(argument);
        if (argument is { NameEquals: null, NameColon: null } && attribute.Parent?.Parent is MethodDeclarationSyntax { ParameterList.Parameters: var parameters } && at < parameters.Count && AskName(parameters[at].Identifier.ValueText, out name) is var test and not Telling.Nothing)
            return test;
        if (at > 0 && AskText(list.Arguments[at - 1].Expression, out name) == Telling.Key)
            return IsTestOfMaker(attribute) ? Telling.Other : Telling.Key;
        return AskCalled(attribute.Name.ToString(), out name) is var called and not Telling.Nothing ? called
            : attribute.Parent?.Parent is { } marked ? AskDeclared(marked, out name)
            : Telling.Nothing;
    }

    /// <summary><c>[InlineData("password", "5e88…")]</c> of a test of a hash.</summary>
    private static bool IsTestOfMaker(AttributeSyntax attribute) =>
        attribute.Parent?.Parent is MethodDeclarationSyntax method && (TellingNames.IsMaker(method.Identifier.ValueText) || (method.Parent is TypeDeclarationSyntax type && TellingNames.IsMaker(type.Identifier.ValueText)));

    private Telling AskParameter(ArgumentSyntax argument, ArgumentListSyntax list, out string name)
    {
        name = "";
        return argument.NameColon is null && list.Parent is { } call && ParameterAt(call, list.Arguments.PlaceOf(argument)) is { } parameter ? AskName(parameter, out name) : Telling.Nothing;
    }

    private readonly string? ParameterAt(SyntaxNode call, int index)
    {
        var symbol = model.GetSymbolInfo(call, cancellationToken);
        return (symbol.Symbol ?? (symbol.CandidateSymbols.Length > 0 ? symbol.CandidateSymbols[0] : null)) switch
        {
            IMethodSymbol { Parameters: var parameters } when index >= 0 && index < parameters.Length => parameters[index].Name,
            _ => null,
        };
    }

    /// <summary>The entry before one in a list: <c>"x-api-key", "…"</c>.</summary>
    private Telling AskBefore(SeparatedSyntaxList<ArgumentSyntax> arguments, SyntaxNode argument, out string name)
    {
        name = "";
        var at = arguments.PlaceOf(argument);
        return at > 0 ? AskText(arguments[at - 1].Expression, out name) : Telling.Nothing;
    }

    /// <summary>The element before one in a list of a command's arguments: <c>"--api-key", "…"</c>.</summary>
    private Telling AskOption(ExpressionSyntax expression, out string name)
    {
        name = "";
        return expression is LiteralExpressionSyntax { Token.ValueText: ['-', ..] option } ? AskName(option, out name) : Telling.Nothing;
    }

    /// <summary>A text, a constant or <c>nameof</c>, which may be the name of what follows it; any other expression is a value of its own.</summary>
    private Telling AskText(ExpressionSyntax expression, out string name)
    {
        name = "";
        switch (expression)
        {
            case LiteralExpressionSyntax { Token.ValueText: var text }:
                return text.IndexOf(' ') < 0 ? AskName(text, out name) : Telling.Nothing;
            case IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } }:
                if (model.GetConstantValue(expression, cancellationToken) is not { HasValue: true, Value: string constant })
                    return Telling.Nothing;
                return AskName(constant, out name) is var telling and not Telling.Nothing ? telling : AskExpression(expression, out name);
            default:
                return Telling.Nothing;
        }
    }

    /// <summary>What an expression that a value is assigned to, compared with, or instead of, is called; from the last of its names on.</summary>
    private Telling AskExpression(ExpressionSyntax expression, out string name)
    {
        name = "";
        var provider = false;
        for (var next = expression; next is not null;)
        {
            var asked = "";
            switch (next)
            {
                case IdentifierNameSyntax or GenericNameSyntax:
                    asked = ((SimpleNameSyntax)next).Identifier.ValueText;
                    next = null;
                    break;
                case LiteralExpressionSyntax { Token.ValueText: var text }:
                    asked = text.IndexOf(' ') < 0 ? text : "";
                    next = null;
                    break;
                case MemberAccessExpressionSyntax access:
                    asked = access.Name.Identifier.ValueText;
                    next = access.Expression;
                    break;
                case MemberBindingExpressionSyntax binding:
                    asked = binding.Name.Identifier.ValueText;
                    next = null;
                    break;
                case ConditionalAccessExpressionSyntax access:
                    if (AskExpression(access.WhenNotNull, out name) is var told and not Telling.Nothing)
                        return told;
                    next = access.Expression;
                    continue;
                case ElementAccessExpressionSyntax element:
                    if (element.ArgumentList.Arguments is [{ Expression: var index }, ..] && AskText(index, out name) is var indexed and not Telling.Nothing)
                        return indexed;
                    next = element.Expression;
                    continue;
                case ImplicitElementAccessSyntax { ArgumentList.Arguments: [{ Expression: { } entry }, ..] }:
                    return AskText(entry, out name);
                case InvocationExpressionSyntax made when TellingNames.IsMaker(NameOfMethod(made.Expression)):
                    return Telling.Other;
                case InvocationExpressionSyntax invocation:
                    foreach (var argument in invocation.ArgumentList.Arguments)
                    {
                        if (AskText(argument.Expression, out name) is var said and not Telling.Nothing)
                            return said;
                    }
                    next = invocation.Expression;
                    continue;
                case ParenthesizedExpressionSyntax parenthesized:
                    next = parenthesized.Expression;
                    continue;
                case PostfixUnaryExpressionSyntax suppressed:
                    next = suppressed.Operand;
                    continue;
                case AwaitExpressionSyntax awaited:
                    next = awaited.Expression;
                    continue;
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } coalesce:
                    if (AskExpression(coalesce.Left, out name) is var left and not Telling.Nothing)
                        return left;
                    next = coalesce.Right;
                    continue;
                default:
                    return Telling.Nothing;
            }
            if (AskName(asked, out name) is var telling and not Telling.Nothing)
                return telling;
            provider |= TellingNames.HasProvider(asked);
            if (provider && hasKey)
            {
                name = asked;
                return Telling.Key;
            }
        }
        return Telling.Nothing;
    }

    private Telling AskName(string asked, out string name)
    {
        name = asked;
        hasKey |= TellingNames.IsKey(asked);
        return TellingNames.Of(asked);
    }

    private readonly Telling AskCalled(string asked, out string name)
    {
        name = asked;
        return TellingNames.Of(asked, isCalled: true) == Telling.Key || (hasKey && TellingNames.HasProvider(asked)) ? Telling.Key : Telling.Nothing;
    }

    private readonly string NameOfType(BaseObjectCreationExpressionSyntax creation) => creation switch
    {
        ObjectCreationExpressionSyntax { Type: var type } => NameOf(type),
        _ => model.GetTypeInfo(creation, cancellationToken).Type?.Name ?? "",
    };

    private static string NameOf(TypeSyntax type) => type switch
    {
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax qualified => qualified.Name.Identifier.ValueText,
        NullableTypeSyntax nullable => NameOf(nullable.ElementType),
        _ => "",
    };

    private static string NameOfMethod(ExpressionSyntax called) => called switch
    {
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        _ => "",
    };
}
