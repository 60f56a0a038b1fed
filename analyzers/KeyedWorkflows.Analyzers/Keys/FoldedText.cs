using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>What a text that is put together from pieces is made of, as far as it is known when it is compiled: constants, and fields and variables that are given a constant where they are declared.</summary>
internal sealed class FoldedText
{
    private readonly List<string> runs = [];
    private readonly StringBuilder run = new();
    private readonly SemanticModel model;
    private readonly DeclaredTexts? declared;
    private readonly CancellationToken cancellationToken;

    private FoldedText(SemanticModel model, DeclaredTexts? declared, CancellationToken cancellationToken)
    {
        this.model = model;
        this.declared = declared;
        this.cancellationToken = cancellationToken;
    }

    /// <summary>Whether all of it is known.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>What is known, in order; one where all is known.</summary>
    public IReadOnlyList<string> Runs => runs;

    /// <summary>Folds an expression.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="model">Says what names stand for.</param>
    /// <param name="declared">Other names than these are not asked for; null to ask for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static FoldedText Of(ExpressionSyntax expression, SemanticModel model, DeclaredTexts? declared, CancellationToken cancellationToken)
    {
        var folded = new FoldedText(model, declared, cancellationToken);
        folded.Add(expression);
        folded.EndRun();
        return folded;
    }

    /// <summary>The value of a single literal, name, or text put together; null where some of it is not known.</summary>
    public static string? ValueOf(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken) =>
        Of(expression, model, null, cancellationToken) is { IsWhole: true, Runs: [var value] } ? value : null;

    private void Add(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax parenthesized:
                Add(parenthesized.Expression);
                return;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression }:
                AddSum(expression);
                return;
            case LiteralExpressionSyntax { RawKind: not (int)SyntaxKind.NullLiteralExpression } literal:
                run.Append(literal.Token.ValueText);
                return;
            case InterpolatedStringExpressionSyntax interpolated:
                foreach (var content in interpolated.Contents)
                {
                    if (content is InterpolatedStringTextSyntax text)
                        run.Append(text.TextToken.ValueText);
                    else if (content is InterpolationSyntax { FormatClause: null, AlignmentClause: null, Expression: var hole })
                        Add(hole);
                    else
                        Break();
                }
                return;
            case InvocationExpressionSyntax call when TextCalls.Parts(call) is { } parts:
                foreach (var part in parts)
                    Add(part);
                return;
            case IdentifierNameSyntax or MemberAccessExpressionSyntax:
                if (Constant(expression) is { } value)
                    run.Append(value);
                else
                    Break();
                return;
            case InvocationExpressionSyntax { Expression: not IdentifierNameSyntax { Identifier.ValueText: "nameof" } } or ElementAccessExpressionSyntax or ConditionalAccessExpressionSyntax or BaseObjectCreationExpressionSyntax or AwaitExpressionSyntax:
                Break();
                return;
            default:
                if (model.GetConstantValue(expression, cancellationToken) is { HasValue: true, Value: string or char or int } constant)
                    run.Append(constant.Value);
                else
                    Break();
                return;
        }
    }

    /// <summary>Without recursion: generated tables are put together from thousands of pieces.</summary>
    private void AddSum(ExpressionSyntax sum)
    {
        var pieces = new Stack<ExpressionSyntax>();
        var rest = sum;
        while (rest is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } binary)
        {
            pieces.Push(binary.Right);
            rest = binary.Left;
        }
        Add(rest);
        while (pieces.Count > 0)
            Add(pieces.Pop());
    }

    private string? Constant(ExpressionSyntax name)
    {
        if (declared?.Has(((name as MemberAccessExpressionSyntax)?.Name ?? (SimpleNameSyntax)name).Identifier.ValueText) == false)
            return null;
        switch (model.GetSymbolInfo(name, cancellationToken).Symbol)
        {
            case IFieldSymbol { HasConstantValue: true, ConstantValue: string value }:
                return value;
            case ILocalSymbol { HasConstantValue: true, ConstantValue: string value }:
                return value;
            case IFieldSymbol { IsReadOnly: true, Type.SpecialType: SpecialType.System_String } field:
                return Declared(field);
            case ILocalSymbol { Type.SpecialType: SpecialType.System_String } local:
                return Declared(local);
            default:
                return null;
        }
    }

    /// <summary>The literal that a field or variable is declared with.</summary>
    public static string? Declared(ISymbol symbol, CancellationToken cancellationToken = default) =>
        symbol.DeclaringSyntaxReferences is [var declaration]
        && declaration.GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer.Value: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression, Token.ValueText: var value } }
            ? value
            : null;

    private void Break()
    {
        IsWhole = false;
        EndRun();
    }

    private void EndRun()
    {
        if (run.Length > 0)
            runs.Add(run.ToString());
        run.Clear();
    }
}
