using System.Collections.Immutable;
using System.Composition;
using KeyedWorkflows.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FindSymbols;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.CodeFixes;

/// <summary>
/// Awaits what a step, tool or chooser blocks a thread for (KW3014): <c>Result</c>, <c>Wait()</c>, <c>GetAwaiter().GetResult()</c> and <c>Thread.Sleep</c>. The method is made async where nothing but the run calls it: the steps that take
/// its result notice nothing. Left alone are waits within locks, lambdas and what cannot await.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class AwaitFix : EditFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.BlockingCall.Id];

    /// <inheritdoc/>
    internal override async Task<IReadOnlyList<Edit>> FindAsync(Document document, Diagnostic diagnostic, CancellationToken ct)
    {
        if (await Syntax.NodeAsync(document, diagnostic.Location.SourceSpan, ct).ConfigureAwait(false) is not ExpressionSyntax blocking || AwaiterOf(blocking) is not { } method
            || await document.GetSemanticModelAsync(ct).ConfigureAwait(false) is not { } model || model.GetDeclaredSymbol(method, ct) is not { } symbol || HoldsSpan(method, model, ct) || Replacement(blocking, symbol, model, ct) is not { } replacement)
        {
            return [];
        }
        var changes = new List<TextChange> { replacement };
        if (!symbol.IsAsync)
        {
            if (!await MayBeAsync(method, symbol, document.Project.Solution, model, ct).ConfigureAwait(false))
                return [];
            MakeAsync(method, symbol, model, changes);
        }
        return [new("Await it", Edit.Only, document, [.. changes])];
    }

    /// <summary>The method that the expression could await in; null where something between them cannot.</summary>
    private static MethodDeclarationSyntax? AwaiterOf(ExpressionSyntax blocking)
    {
        for (SyntaxNode? node = blocking.Parent; node is not null; node = node.Parent)
        {
            switch (node)
            {
                // Of `one?.Ask().Result` the task alone is no expression.
                case ConditionalAccessExpressionSyntax access when access.WhenNotNull.Span.Contains(blocking.Span):
                    return null;
                case MethodDeclarationSyntax method:
                    return method;
                case AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or LockStatementSyntax or QueryExpressionSyntax or CatchFilterClauseSyntax or UnsafeStatementSyntax or FixedStatementSyntax or TypeDeclarationSyntax:
                    return null;
            }
        }
        return null;
    }

    /// <summary>No span outlives an await.</summary>
    private static bool HoldsSpan(MethodDeclarationSyntax method, SemanticModel model, CancellationToken ct)
    {
        foreach (var node in method.DescendantNodes())
        {
            var type = node switch
            {
                VariableDeclaratorSyntax or SingleVariableDesignationSyntax => (model.GetDeclaredSymbol(node, ct) as ILocalSymbol)?.Type,
                ForEachStatementSyntax loop => model.GetTypeInfo(loop.Expression, ct).Type,
                _ => null,
            };
            if (type?.IsRefLikeType == true)
                return true;
        }
        return false;
    }

    private static TextChange? Replacement(ExpressionSyntax blocking, IMethodSymbol method, SemanticModel model, CancellationToken ct)
    {
        switch (blocking)
        {
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result", Expression: var task } when IsTask(model.GetTypeInfo(task, ct).Type):
                return Await(blocking, task);
            case InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0, Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Wait", Expression: var task } } when IsStatement(blocking) && IsTask(model.GetTypeInfo(task, ct).Type):
                return Await(blocking, task);
            case InvocationExpressionSyntax
            {
                ArgumentList.Arguments.Count: 0,
                Expression: MemberAccessExpressionSyntax
                {
                    Name.Identifier.ValueText: "GetResult",
                    Expression: InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0, Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetAwaiter", Expression: var awaitable } },
                },
            }:
                return Await(blocking, awaitable);
            case InvocationExpressionSyntax { ArgumentList.Arguments: [var time], Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Sleep" } } when IsStatement(blocking):
                return model.Compilation.GetTypeByMetadataName("System.Threading.Tasks.Task") is not { } type
                    ? null
                    : new(blocking.Span, $"await {type.ToMinimalDisplayString(model, blocking.SpanStart)}.Delay({time.Expression}{(TokenOf(method) is { } token ? ", " + token : "")})");
            default:
                return null;
        }
    }

    private static bool IsStatement(ExpressionSyntax blocking) => blocking.Parent is ExpressionStatementSyntax or ArrowExpressionClauseSyntax { Parent: MethodDeclarationSyntax };

    private static TextChange Await(ExpressionSyntax blocking, ExpressionSyntax awaited)
    {
        var operand = awaited is AwaitExpressionSyntax or ConditionalExpressionSyntax or BinaryExpressionSyntax or CastExpressionSyntax or AssignmentExpressionSyntax or SwitchExpressionSyntax ? $"({awaited})" : awaited.ToString();
        var isWhole = blocking.Parent is ArgumentSyntax or EqualsValueClauseSyntax or ReturnStatementSyntax or ArrowExpressionClauseSyntax or ExpressionStatementSyntax or ParenthesizedExpressionSyntax or AttributeArgumentSyntax or InterpolationSyntax
            || (blocking.Parent is AssignmentExpressionSyntax assignment && assignment.Right == blocking);
        return new(blocking.Span, isWhole ? "await " + operand : $"(await {operand})");
    }

    private static bool IsTask(ITypeSymbol? type) => type is { Name: "Task" or "ValueTask", ContainingNamespace: { Name: "Tasks", ContainingNamespace: { Name: "Threading", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } } };

    private static string? TokenOf(IMethodSymbol method)
    {
        foreach (var parameter in method.Parameters)
        {
            if (parameter.Type is { Name: "CancellationToken", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } })
                return parameter.Name;
        }
        return null;
    }

    /// <summary>Whether the method gives its result at once, is called by the run alone, and holds nothing that an async method may not.</summary>
    private static async Task<bool> MayBeAsync(MethodDeclarationSyntax method, IMethodSymbol symbol, Solution solution, SemanticModel model, CancellationToken ct)
    {
        if (!IsCalledByRun(symbol) || symbol.IsOverride || symbol.IsVirtual || symbol.IsAbstract || symbol.IsPartialDefinition || symbol.PartialImplementationPart is not null || symbol.ReturnsByRef || symbol.ReturnsByRefReadonly)
            return false;
        if (symbol.ReturnType is { Name: "Task" or "ValueTask" or "IAsyncEnumerable" } or { IsRefLikeType: true } or IErrorTypeSymbol || symbol.Parameters.Any(static parameter => parameter.RefKind != RefKind.None || parameter.Type.IsRefLikeType))
            return false;
        if (method.DescendantNodes().Any(static node => node is YieldStatementSyntax or RefExpressionSyntax or RefTypeSyntax or UnsafeStatementSyntax or StackAllocArrayCreationExpressionSyntax) || method.Modifiers.Any(SyntaxKind.UnsafeKeyword))
            return false;
        foreach (var implemented in symbol.ContainingType.AllInterfaces)
        {
            foreach (var member in implemented.GetMembers(symbol.Name))
            {
                if (SymbolEqualityComparer.Default.Equals(symbol.ContainingType.FindImplementationForInterfaceMember(member), symbol))
                    return false;
            }
        }
        foreach (var found in await SymbolFinder.FindReferencesAsync(symbol, solution, ct).ConfigureAwait(false))
        {
            foreach (var place in found.Locations)
            {
                // What a generator has made is made again.
                if (place.Document is SourceGeneratedDocument)
                    continue;
                var root = await place.Document.GetSyntaxRootAsync(ct).ConfigureAwait(false);
                if (root?.FindNode(place.Location.SourceSpan).AncestorsAndSelf().Any(static node => node is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } }) != true)
                    return false;
            }
        }
        return model.Compilation.GetTypeByMetadataName("System.Threading.Tasks.Task") is not null;
    }

    /// <summary>Conditions are not among them: they may be asked by a name that this does not see.</summary>
    private static bool IsCalledByRun(IMethodSymbol method)
    {
        foreach (var attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass is { Name: "StepAttribute" or "ToolAttribute" or "ChooseProfileAttribute", ContainingNamespace: { Name: "KeyedWorkflows", ContainingNamespace.IsGlobalNamespace: true } })
                return true;
        }
        return false;
    }

    private static void MakeAsync(MethodDeclarationSyntax method, IMethodSymbol symbol, SemanticModel model, List<TextChange> changes)
    {
        var task = model.Compilation.GetTypeByMetadataName("System.Threading.Tasks.Task")!.ToMinimalDisplayString(model, method.ReturnType.SpanStart);
        changes.Add(new(method.ReturnType.Span, symbol.ReturnsVoid ? $"async {task}" : $"async {task}<{method.ReturnType}>"));
    }
}
