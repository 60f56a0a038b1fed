using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>
/// Asks the names around an expression what its value is, from the inside out: the parameter that it is given to, the entry before it, the method, the variable, the member that returns it. The first name that tells decides. Goes by the text, so
/// that code that does not compile yet is read too; only the names of parameters are asked of the compiler.
/// </summary>
internal ref partial struct SurroundingNames
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
}
