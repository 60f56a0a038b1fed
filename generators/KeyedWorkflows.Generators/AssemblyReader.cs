using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators;

/// <summary>Reads what the registration must know of the assembly that is built, so that it depends on nothing else of the compilation.</summary>
internal static class AssemblyReader
{
    private const string Product = "KeyedWorkflows";

    public static AssemblyFacts Read(Compilation compilation, CancellationToken ct)
    {
        var registrations = new List<string>();
        var hasProduct = false;
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            ct.ThrowIfCancellationRequested();
            hasProduct |= assembly.Identity.Name == Product;
            if (References(assembly, Product) && RegistrationOf(assembly) is { } registration)
                registrations.Add(registration);
        }
        registrations.Sort(string.CompareOrdinal);
        return new(compilation.AssemblyName ?? "", hasProduct, EquatableArray.From(registrations));
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
