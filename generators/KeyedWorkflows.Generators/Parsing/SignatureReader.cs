using System.Text;
using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Reads partial methods as their implementing halves must repeat them.</summary>
internal static class SignatureReader
{
    /// <summary>The author's declaration of a partial method without a body of the author's; null where there is no body to emit.</summary>
    public static MethodDeclarationSyntax? DeclarationOf(IMethodSymbol method, CancellationToken ct)
    {
        MethodDeclarationSyntax? declaration = null;
        foreach (var reference in (method.PartialDefinitionPart ?? method).DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax(ct) is MethodDeclarationSyntax { Body: null, ExpressionBody: null } found && found.Modifiers.Any(SyntaxKind.PartialKeyword))
                declaration = found;
        }
        return declaration is null || HasBody(method) ? null : declaration;
    }

    /// <summary>The author has written the other half. What a generator wrote does not count: analyzers see it, too.</summary>
    public static bool HasBody(IMethodSymbol method)
    {
        if (method.PartialImplementationPart is not { } implementation)
            return false;
        foreach (var reference in implementation.DeclaringSyntaxReferences)
        {
            if (!ParseScope.IsGenerated(reference.SyntaxTree))
                return true;
        }
        return false;
    }

    /// <summary>
    /// A partial method without accessibility that returns something is no method yet: the compiler says so, and a body would make it worse. One that names a type that is not there has no body either:
    /// its other half would repeat the name, and the compiler its error, in a file that is not the author's.
    /// </summary>
    public static bool CanHaveBody(IMethodSymbol method, MethodDeclarationSyntax declaration)
    {
        if (!CanRepeat(method.ReturnType))
            return false;
        foreach (var parameter in method.Parameters)
        {
            if (!CanRepeat(parameter.Type))
                return false;
        }
        foreach (var parameter in method.TypeParameters)
        {
            foreach (var constraint in parameter.ConstraintTypes)
            {
                if (!CanRepeat(constraint))
                    return false;
            }
        }
        foreach (var modifier in declaration.Modifiers)
        {
            if (modifier.Kind() is SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword or SyntaxKind.ProtectedKeyword or SyntaxKind.PrivateKeyword)
                return true;
        }
        return method.ReturnsVoid && !declaration.Modifiers.Any(SyntaxKind.VirtualKeyword);
    }

    public static SignatureModel Read(IMethodSymbol method, MethodDeclarationSyntax declaration, KnownSymbols known)
    {
        var modifiers = new StringBuilder();
        foreach (var modifier in declaration.Modifiers)
        {
            if (modifier.Kind() is SyntaxKind.PartialKeyword or SyntaxKind.AsyncKeyword)
                continue;
            if (modifiers.Length > 0)
                modifiers.Append(' ');
            modifiers.Append(modifier.Text);
        }
        var parameters = new List<SignatureParameterModel>(method.Parameters.Length);
        foreach (var parameter in method.Parameters)
        {
            parameters.Add(new()
            {
                Name = parameter.Name,
                Identifier = TypeReader.Identifier(parameter.Name),
                Type = TypeReader.Code(parameter.Type),
                Modifier = ModifierOf(parameter),
                HasEnumeratorCancellation = parameter.Find(known.EnumeratorCancellation) is not null,
            });
        }
        return new()
        {
            Modifiers = modifiers.ToString(),
            ReturnType = RefOf(method) + TypeReader.Code(method.ReturnType),
            Name = method.Name,
            Identifier = TypeReader.Identifier(method.Name),
            TypeParameters = TypeParametersOf(method.TypeParameters),
            Constraints = ConstraintsOf(method.TypeParameters),
            Parameters = EquatableArray.From(parameters),
        };
    }

    /// <summary>Empty, or <c>&lt;T&gt;</c>.</summary>
    public static string TypeParametersOf(IReadOnlyList<ITypeParameterSymbol> parameters)
    {
        if (parameters.Count == 0)
            return "";
        var text = new StringBuilder("<");
        for (var i = 0; i < parameters.Count; i++)
        {
            if (i > 0)
                text.Append(", ");
            text.Append(parameters[i].Variance switch { VarianceKind.In => "in ", VarianceKind.Out => "out ", _ => "" }).Append(TypeReader.Identifier(parameters[i].Name));
        }
        return text.Append('>').ToString();
    }

    private static string ConstraintsOf(IReadOnlyList<ITypeParameterSymbol> parameters)
    {
        var all = new List<string>();
        foreach (var parameter in parameters)
        {
            var constraints = new List<string>();
            if (parameter.HasReferenceTypeConstraint)
                constraints.Add(parameter.ReferenceTypeConstraintNullableAnnotation == NullableAnnotation.Annotated ? "class?" : "class");
            else if (parameter.HasUnmanagedTypeConstraint)
                constraints.Add("unmanaged");
            else if (parameter.HasValueTypeConstraint)
                constraints.Add("struct");
            else if (parameter.HasNotNullConstraint)
                constraints.Add("notnull");
            foreach (var type in parameter.ConstraintTypes)
                constraints.Add(TypeReader.Code(type));
            if (parameter.HasConstructorConstraint)
                constraints.Add("new()");
            if (parameter.AllowsRefLikeType)
                constraints.Add("allows ref struct");
            if (constraints.Count > 0)
                all.Add($"where {TypeReader.Identifier(parameter.Name)} : {string.Join(", ", constraints)}");
        }
        return string.Join(" ", all);
    }

    private static bool CanRepeat(ITypeSymbol type) => !TypeReader.HasError(type) && !TypeReader.IsFileLocal(type);

    private static string RefOf(IMethodSymbol method) => method.ReturnsByRef ? "ref " : method.ReturnsByRefReadonly ? "ref readonly " : "";

    private static string ModifierOf(IParameterSymbol parameter)
    {
        if (parameter.IsParams)
            return "params ";
        var scoped = parameter.ScopedKind != ScopedKind.None && parameter.RefKind != RefKind.Out ? "scoped " : "";
        return scoped + parameter.RefKind switch
        {
            RefKind.Ref => "ref ",
            RefKind.Out => "out ",
            RefKind.In => "in ",
            RefKind.RefReadOnlyParameter => "ref readonly ",
            _ => "",
        };
    }
}
