using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace KeyedWorkflows.Analyzers.Credentials;

/// <summary>Reports calls of a workflow's client that leave a slot without a credential (KW1004).</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnboundCallAnalyzer : DiagnosticAnalyzer
{
    private static readonly string[] Starts = ["RunAsync", "StreamAsync", "StartAsync"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.UnboundCall];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownNames.UnboundSlots) is not { } mark || CallsOverHttp(start.Compilation))
                return;
            var list = ProfileList.Read(start.Options, start.CancellationToken);
            if (list.HasDefault)
                return;
            var types = new Types(
                mark,
                start.Compilation.GetTypeByMetadataName(KnownNames.SlotProviders),
                start.Compilation.GetTypeByMetadataName(KnownNames.Credential),
                start.Compilation.GetTypeByMetadataName(KnownNames.Workflow),
                RunMethods.Create(start.Compilation));
            NamedCalls.Register(start, operation => Analyze(operation, ((IInvocationOperation)operation.Operation).TargetMethod, types, list), Starts);

            // Handed to something that calls it, such as Parallel.ForEachAsync.
            NamedCalls.RegisterReferences(start, operation => Analyze(operation, ((IMethodReferenceOperation)operation.Operation).Method, types, list), Starts);
        });
    }

    /// <summary>A caller over HTTP has a token, which may be pinned to the tenant that pays; and the server's defaults are the server's. Nothing of that can be seen from here.</summary>
    private static bool CallsOverHttp(Compilation compilation)
    {
        foreach (var reference in compilation.ReferencedAssemblyNames)
        {
            if (reference.Name == KnownNames.ClientAssembly)
                return true;
        }
        return false;
    }

    private static void Analyze(NamedOperation context, IMethodSymbol method, Types types, ProfileList list)
    {
        if (Attributes.Find(method.ContainingType, types.UnboundSlots) is not { } unbound || GivesCredential(method, types.Credential))
            return;

        // What a step may not call at all, itself or by another method of its class, is KW4003's to say.
        if (!context.ContainingSymbol.IsStatic && IsInWorkflow(context.ContainingSymbol, types.Workflow) || context.ContainingSymbol is IMethodSymbol caller && types.RunMethods?.Contains(caller) == true)
            return;
        var slots = new List<string>();
        if (unbound.ConstructorArguments is [{ Kind: TypedConstantKind.Array, IsNull: false } names, ..])
        {
            foreach (var name in names.Values)
                slots.Add($"`{name.Value}`");
        }
        if (slots.Count > 0)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.UnboundCall,
                context.Operation.Syntax.GetLocation(),
                FixChoices.Of(Arguments(method, types, list, context.Operation)),
                $"This run has no credential for {(slots.Count == 1 ? "slot" : "slots")} {string.Join(", ", slots)}: the call gives none, and neither input, chooser nor slot names one. Give one: `{method.Name}(input, \"profile\")`, or set the slot's Default or the host's DefaultProfile."));
        }
    }

    /// <summary>The listed profiles that every slot of the client takes.</summary>
    private static List<string> Fitting(INamedTypeSymbol client, Types types, ProfileList list)
    {
        var slots = SlotProviders.Of(client, types.SlotProviders);
        var names = new List<string>();
        foreach (var profile in list.Profiles)
        {
            var fits = profile.Fits([]);
            foreach (var slot in slots)
                fits &= profile.Fits(slot.Providers);
            if (fits)
                names.Add(profile.Name);
        }
        return names;
    }

    /// <summary>What the call can give, as code: the profile's name, or the credentials of the slots that are left unbound where others are not.</summary>
    private static List<string> Arguments(IMethodSymbol method, Types types, ProfileList list, IOperation call)
    {
        var single = false;
        INamedTypeSymbol? record = null;
        foreach (var member in method.ContainingType.GetMembers(method.Name))
        {
            if (member is not IMethodSymbol { Parameters: [_, { Type: INamedTypeSymbol given }, ..] })
                continue;
            if (SymbolEqualityComparer.Default.Equals(given, types.Credential))
                single = true;
            else if (given.IsRecord && given.Name.EndsWith("Credentials", StringComparison.Ordinal))
                record = given;
        }
        var properties = new List<string>();
        var others = 0;
        foreach (var member in record?.GetMembers() ?? [])
        {
            if (member is not IPropertySymbol { DeclaredAccessibility: Accessibility.Public, IsStatic: false } property)
                continue;
            if (property.IsRequired)
                properties.Add(property.Name);
            else
                others++;
        }

        // One for all would also pay for the slots that have a payer.
        var parts = record is not null && others > 0 && properties.Count > 0;
        if (!single && !parts)
            return [];
        var arguments = Fitting(method.ContainingType, types, list);
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i];
            arguments[i] = parts ? $"new {NameOf(record!, call)} {{ {string.Join(", ", properties.ConvertAll(property => $"{property} = \"{name}\""))} }}" : $"\"{name}\"";
        }
        return arguments;
    }

    private static string NameOf(INamedTypeSymbol type, IOperation call) =>
        call.SemanticModel is { } model ? type.ToMinimalDisplayString(model, call.Syntax.SpanStart) : type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    private static bool IsInWorkflow(ISymbol member, INamedTypeSymbol? workflow)
    {
        for (var type = member as INamedTypeSymbol ?? member.ContainingType; type is not null; type = type.ContainingType)
        {
            if (Attributes.Find(type, workflow) is not null)
                return true;
        }
        return false;
    }

    /// <summary>What is given by a variable is given, whatever it holds when the program runs.</summary>
    private static bool GivesCredential(IMethodSymbol method, INamedTypeSymbol? credential)
    {
        foreach (var parameter in method.Parameters)
        {
            if (SymbolEqualityComparer.Default.Equals(parameter.Type, credential) || (parameter.Ordinal > 0 && parameter.Type.Name.EndsWith("Credentials", StringComparison.Ordinal)))
                return true;
        }
        return false;
    }

    private sealed record Types(INamedTypeSymbol UnboundSlots, INamedTypeSymbol? SlotProviders, INamedTypeSymbol? Credential, INamedTypeSymbol? Workflow, RunMethods? RunMethods);
}
