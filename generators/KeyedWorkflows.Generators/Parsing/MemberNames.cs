using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Checks the names of methods that attributes write. What names nothing is said here, without repeating it: a key put into the wrong place is such a name, too.</summary>
internal static class MemberNames
{
    /// <summary>Whether the class has a member of the name.</summary>
    public static bool Has(ParseScope scope, string name) => !scope.Type.GetMembers(name).IsEmpty;

    /// <summary>Whether the class has a member of each name. Where not, it is said, by the compiler or here.</summary>
    /// <param name="scope">The workflow.</param>
    /// <param name="attribute">The attribute that writes the names.</param>
    /// <param name="names">The names.</param>
    /// <param name="rule">What is broken where one is no member.</param>
    /// <param name="place">Where each name stands, by its number.</param>
    /// <param name="message">What to say, before a name is offered.</param>
    /// <param name="candidates">What could have been meant.</param>
    public static bool Check(ParseScope scope, AttributeData attribute, IReadOnlyList<string> names, string rule, Func<int, Location?> place, string message, Func<List<string>> candidates)
    {
        for (var i = 0; i < names.Count; i++)
        {
            var name = names[i];
            if (Has(scope, name))
                continue;
            if (IsUnknownToCompiler(scope, attribute, name))
            {
                scope.Incomplete();
                return false;
            }
            var fitting = candidates();
            scope.GraphFault(rule, place(i), message + Nearest.Offer(name, fitting), ChoiceOf(name, fitting));
            return false;
        }
        return true;
    }

    /// <summary>The name that was meant, as code; none where none is near.</summary>
    public static EquatableArray<string> ChoiceOf(string written, IReadOnlyCollection<string> candidates) => Nearest.Of(written, candidates) is { } near ? [$"nameof({TypeReader.Identifier(near)})"] : default;

    /// <summary>The steps of the graph but one, in the order of their declaration.</summary>
    public static List<string> StepsBut(ParseScope scope, ISymbol self) => Methods(scope, self, static (method, scope) => IsMarked(method, scope, static (attribute, mark) => mark is Mark.Step or Mark.SubWorkflow || (mark == Mark.Prompt && !attribute.Flag("Inline"))));

    /// <summary>The methods that a step may ask as conditions.</summary>
    public static List<string> ConditionsOf(ParseScope scope, ISymbol step) => Methods(scope, step, static (method, scope) =>
        ReturnReading.Of(method, scope.Known, scope.Compilation).Result is { } type && GuardReader.IsAnswer(TypeReader.Strip(type))
        && !IsMarked(method, scope, static (attribute, mark) => mark is Mark.Tool or Mark.ChooseProfile || (mark == Mark.Prompt && attribute.Flag("Inline"))));

    /// <summary>The methods that may edit a prompt's options.</summary>
    public static List<string> Hooks(ParseScope scope) => Methods(scope, null, static (method, scope) =>
    {
        foreach (var parameter in method.Parameters)
        {
            if (method.ReturnsVoid && scope.Known.Classify(parameter.Type) == KnownType.ChatOptions)
                return true;
        }
        return false;
    });

    /// <summary>The tools, and the properties that hold some.</summary>
    public static List<string> Tools(ParseScope scope)
    {
        var names = Methods(scope, null, static (method, scope) => IsMarked(method, scope, static (_, mark) => mark == Mark.Tool));
        foreach (var member in scope.Type.GetMembers())
        {
            if (member is IPropertySymbol { GetMethod: not null, IsIndexer: false } property && scope.Known.Tools is { } sequence && scope.Compilation.ClassifyCommonConversion(property.Type, sequence) is { IsImplicit: true, IsUserDefined: false })
                names.Add(property.Name);
        }
        return names;
    }

    private static List<string> Methods(ParseScope scope, ISymbol? but, Func<IMethodSymbol, ParseScope, bool> fits)
    {
        var names = new List<string>();
        foreach (var member in scope.Type.GetMembers())
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary, IsImplicitlyDeclared: false, IsOverride: false } method && method.Name != but?.Name && !names.Contains(method.Name) && fits(method, scope))
                names.Add(method.Name);
        }
        return names;
    }

    private static bool IsMarked(IMethodSymbol method, ParseScope scope, Func<AttributeData, Mark, bool> counts)
    {
        foreach (var attribute in method.GetAttributes())
        {
            if (counts(attribute, scope.Known.MarkOf(attribute)))
                return true;
        }
        return false;
    }

    /// <summary>Whether the attribute writes a name as <c>nameof</c> of nothing: then the compiler says so.</summary>
    public static bool IsUnknownToCompiler(ParseScope scope, AttributeData attribute, string name)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(scope.CancellationToken) is not AttributeSyntax syntax || !scope.Compilation.ContainsSyntaxTree(syntax.SyntaxTree))
            return false;
        SemanticModel? model = null;
        foreach (var node in syntax.DescendantNodes())
        {
            if (node is not InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" }, ArgumentList.Arguments: [{ Expression: var named }] } || NameOf(named) != name)
                continue;
            model ??= scope.Compilation.GetSemanticModel(syntax.SyntaxTree);
            var found = model.GetSymbolInfo(named, scope.CancellationToken);
            if (found.Symbol is null && found.CandidateSymbols.IsEmpty && model.GetMemberGroup(named, scope.CancellationToken).IsEmpty)
                return true;
        }
        return false;
    }

    private static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax identifier => identifier.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => null,
    };
}
