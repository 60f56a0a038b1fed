using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Benchmarks.Generators;

/// <summary>Refit's generator, out of its package: the peer that many people already have in their editor.</summary>
internal static class RefitGenerator
{
    public static IIncrementalGenerator Create()
    {
        var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "refit", "InterfaceStubGeneratorV2.dll"));
        var type = assembly.GetTypes().Single(static t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(IIncrementalGenerator)));
        return (IIncrementalGenerator)Activator.CreateInstance(type)!;
    }
}
