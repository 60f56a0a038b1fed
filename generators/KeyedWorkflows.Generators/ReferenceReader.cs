using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KeyedWorkflows.Generators;

/// <summary>Reads what the registration must know of the assemblies that are referenced. It takes the references alone, which no edit of a source changes.</summary>
internal static class ReferenceReader
{
    private const string Product = "KeyedWorkflows";
    private const string Client = "KeyedWorkflows.Client";

    public static ReferenceFacts Read(IEnumerable<MetadataReference> references, CancellationToken ct)
    {
        // A compilation without sources reads files and projects alike, and shares what the real one has loaded of them.
        var compilation = CSharpCompilation.Create("References", references: references);
        var registrations = new List<string>();
        var hasProduct = false;
        var hasClient = false;
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            ct.ThrowIfCancellationRequested();
            hasProduct |= assembly.Identity.Name == Product;
            hasClient |= assembly.Identity.Name == Client;
            if (References(assembly, Product) && RegistrationOf(assembly) is { } registration)
                registrations.Add(registration);
        }
        registrations.Sort(string.CompareOrdinal);
        return new(hasProduct, hasClient, EquatableArray.From(registrations));
    }

    private static bool References(IAssemblySymbol assembly, string name)
    {
        foreach (var module in assembly.Modules)
        {
            foreach (var reference in module.ReferencedAssemblies)
            {
                if (reference.Name == name)
                    return true;
            }
        }
        return false;
    }

    private static string? RegistrationOf(IAssemblySymbol assembly)
    {
        foreach (var attribute in assembly.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "WorkflowAssemblyAttribute" && attribute.ConstructorArguments.Length == 1 && attribute.ConstructorArguments[0].Value is INamedTypeSymbol type)
                return type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        }
        return null;
    }
}
