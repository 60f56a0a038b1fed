using System.Reflection;
using System.Runtime.Loader;

namespace KeyedWorkflows.Cli.Serving;

/// <summary>Loads an assembly of workflows with what lies beside it. What this program has itself it shares: the types of both must be the same.</summary>
internal sealed class WorkflowLoadContext(string path) : AssemblyLoadContext("workflows")
{
    private readonly AssemblyDependencyResolver beside = new(path);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        try
        {
            return Default.LoadFromAssemblyName(assemblyName);
        }
        catch (Exception error) when (error is FileNotFoundException or FileLoadException)
        {
            // Two of the product's own would not know each other: a workflow of the one is none of the other.
            if (assemblyName.Name is { } name && name.StartsWith("KeyedWorkflows", StringComparison.Ordinal) && error is FileLoadException)
                throw;
            return beside.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;
        }
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) => beside.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;
}
