using System.Collections.Immutable;
using System.Composition;
using KeyedWorkflows.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KeyedWorkflows.CodeFixes;

/// <summary>Gives a call the credential that it lacks (KW1004): one that the method around it has, or a profile that the project lists and the slots take.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class GiveProfileFix : EditFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.UnboundCall.Id];

    /// <inheritdoc/>
    internal override async Task<IReadOnlyList<Edit>> FindAsync(Document document, Diagnostic diagnostic, CancellationToken ct)
    {
        if (await Syntax.NodeAsync(document, diagnostic.Location.SourceSpan, ct).ConfigureAwait(false) is not InvocationExpressionSyntax { ArgumentList.Arguments: [var input, ..] arguments } call)
            return [];

        // Behind the input, by name where the input is given by name.
        if (input.NameColon is { Name.Identifier.ValueText: not "input" })
            return [];
        var edits = new List<Edit>();
        if (await document.GetSemanticModelAsync(ct).ConfigureAwait(false) is { } model)
        {
            foreach (var symbol in model.LookupSymbols(call.SpanStart))
            {
                if (symbol is IParameterSymbol parameter && IsCredential(parameter))
                    edits.Add(Give($"Give it `{parameter.Name}`", parameter.Name, isRecord: false));
            }
        }
        var profiles = Choices(diagnostic);
        foreach (var argument in profiles)
        {
            var name = argument.Split('"') is [_, var quoted, ..] ? quoted : argument;
            edits.Add(Give($"Give it the profile \"{name}\"", argument, !argument.StartsWith("\"", StringComparison.Ordinal)) with { IsOneOfSeveral = profiles.Length > 1 });
        }
        return edits;

        Edit Give(string title, string argument, bool isRecord) => new(
            title,
            argument,
            document,
            new(input.Span.End, 0),
            arguments.Any(static one => one.NameColon is not null) ? $", {(isRecord ? "credentials" : "credential")}: {argument}" : $", {argument}");
    }

    /// <summary>A credential, or a text that is called a profile.</summary>
    private static bool IsCredential(IParameterSymbol parameter) => parameter.RefKind == RefKind.None && (
        parameter.Type is { Name: "Credential", ContainingNamespace: { Name: "KeyedWorkflows", ContainingNamespace.IsGlobalNamespace: true } }
        || (parameter.Type.SpecialType == SpecialType.System_String && parameter.NullableAnnotation != NullableAnnotation.Annotated && parameter.Name is "profile" or "profileName" or "credentialProfile"));
}
