using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>The implementing part's header of a partial method.</summary>
internal static class SignatureText
{
    /// <summary>The header.</summary>
    /// <param name="signature">The declaration.</param>
    /// <param name="isAsync">The body awaits.</param>
    /// <param name="enumeratorToken">The parameter that takes an enumerator's token, as C# writes it; null where there is none.</param>
    public static string Of(SignatureModel signature, bool isAsync = false, string? enumeratorToken = null)
    {
        var parameters = new List<string>();
        foreach (var parameter in signature.Parameters)
        {
            var mark = parameter.Identifier == enumeratorToken && !parameter.HasEnumeratorCancellation ? "[global::System.Runtime.CompilerServices.EnumeratorCancellation] " : "";
            parameters.Add(mark + parameter.Modifier + parameter.Type + " " + parameter.Identifier);
        }
        var modifiers = signature.Modifiers.Length == 0 ? "" : signature.Modifiers + " ";
        var constraints = signature.Constraints.Length == 0 ? "" : " " + signature.Constraints;
        return $"{modifiers}{(isAsync ? "async " : "")}partial {signature.ReturnType} {signature.Identifier}{signature.TypeParameters}({string.Join(", ", parameters)}){constraints}";
    }

    /// <summary>Emits a body that throws.</summary>
    public static void EmitThrowing(CodeWriter code, SignatureModel signature, string message)
    {
        code.Line(Names.GeneratedCode);
        code.Open(Of(signature)).Line($"throw new {Names.InvalidOperationException}({Literals.Of(message)});").Close();
    }
}
