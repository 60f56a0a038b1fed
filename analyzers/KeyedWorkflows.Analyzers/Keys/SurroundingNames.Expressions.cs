using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Analyzers.Keys;

/// <content>What expressions, texts and types are called.</content>
internal ref partial struct SurroundingNames
{
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
