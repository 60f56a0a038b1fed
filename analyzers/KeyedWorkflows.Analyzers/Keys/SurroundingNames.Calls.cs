using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Analyzers.Keys;

/// <content>What a value is given to: arguments, attributes, and what is called with them.</content>
internal ref partial struct SurroundingNames
{
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
}
