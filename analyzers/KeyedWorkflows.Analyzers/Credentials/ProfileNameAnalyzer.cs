using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Credentials;

/// <summary>
/// Reports constants that name a profile which the project's complete list does not hold (KW1005), or one of a provider that the slot does not take (KW1006). What may be a key in the place of a name is KW2001's to report.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ProfileNameAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.UnknownProfile, Rules.OtherProvider];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownNames.Credential) is not { } credential || !SdkUse.IsPossible(start.Compilation, start.CancellationToken))
                return;
            var list = ProfileList.Read(start.Options, start.CancellationToken);
            if (list.Profiles.Count == 0 && !list.IsComplete)
                return;
            var check = new ProfileNameCheck(list, start.Compilation, credential);
            start.RegisterOperationAction(check.OfConversion, OperationKind.Conversion);
            start.RegisterOperationAction(check.OfCall, OperationKind.Invocation);
            start.RegisterOperationAction(check.OfCreation, OperationKind.ObjectCreation);
            start.RegisterOperationAction(check.OfAssignment, OperationKind.SimpleAssignment);
            start.RegisterSymbolAction(check.OfDefaults, SymbolKind.NamedType);
            start.RegisterAdditionalFileAction(file => OfHostDefault(file, list));
        });
    }

    /// <summary>The host's default is a name like any other.</summary>
    private static void OfHostDefault(AdditionalFileAnalysisContext context, ProfileList list)
    {
        if (!list.IsComplete || !ProfileList.IsConfiguration(context.AdditionalFile.Path, out var isOfProfiles) || context.AdditionalFile.GetText(context.CancellationToken) is not { } text)
            return;
        foreach (var entry in ProfileList.EntriesOf(text))
        {
            if (string.Equals(ProfileList.Below(entry.Path, isOfProfiles), "DefaultProfile", StringComparison.OrdinalIgnoreCase)
                && entry.Value is { Length: > 0 } name and not "null"
                && ProfileNameCheck.Unknown(list, name, [], out _) is { } message)
            {
                context.ReportDiagnostic(Diagnostic.Create(Rules.UnknownProfile, Location.Create(context.AdditionalFile.Path, entry.ValueSpan, text.Lines.GetLinePositionSpan(entry.ValueSpan)), message));
            }
        }
    }
}
