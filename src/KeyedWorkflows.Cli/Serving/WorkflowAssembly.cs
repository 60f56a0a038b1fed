using System.Reflection;
using KeyedWorkflows.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Cli.Serving;

/// <summary>An assembly that holds workflows, found by the class that was emitted into it.</summary>
internal sealed class WorkflowAssembly
{
    private const string RegisterName = "Register";

    private readonly MethodInfo register;

    private WorkflowAssembly(MethodInfo register) => this.register = register;

    /// <exception cref="CommandFault">It cannot be loaded, or holds no workflows.</exception>
    public static WorkflowAssembly Load(string path)
    {
        if (!File.Exists(path))
            throw CommandFault.NotFound("There is no such assembly. Build the project, and name its .dll.");
        try
        {
            var assembly = new WorkflowLoadContext(path).LoadFromAssemblyPath(path);
            return assembly.GetCustomAttribute<WorkflowAssemblyAttribute>()?.Registration.GetMethod(RegisterName, BindingFlags.Public | BindingFlags.Static, [typeof(WorkflowsBuilder)]) is { } found
                ? new WorkflowAssembly(found)
                : throw CommandFault.Refused("The assembly holds no workflows: its project has none with [Workflow], or does not reference the package KeyedWorkflows.");
        }
        catch (Exception error) when (error is BadImageFormatException or FileLoadException or FileNotFoundException or TypeLoadException)
        {
            throw CommandFault.Refused(
                $"The assembly cannot be loaded ({error.GetType().Name}): it is none of .NET, something that it needs does not lie beside it, or it was built with another version of KeyedWorkflows than this command's, {CommandLine.Version}.");
        }
    }

    /// <summary>Adds its workflows, and those of the assemblies that it references.</summary>
    public void AddTo(WorkflowsBuilder workflows) => register.CreateDelegate<Action<WorkflowsBuilder>>()(workflows);

    /// <summary>Refuses a workflow whose class takes what only a host of the author's own can make: its first run would fail.</summary>
    public static void Check(IServiceProvider services)
    {
        var known = services.GetRequiredService<IServiceProviderIsService>();
        foreach (var workflow in services.GetRequiredService<WorkflowRegistry>().Workflows)
        {
            var lacking = workflow.WorkflowType.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .Select(constructor => constructor.GetParameters().FirstOrDefault(parameter => !parameter.HasDefaultValue && !known.IsService(parameter.ParameterType)))
                .ToArray();
            if (lacking.Length > 0 && lacking.All(static parameter => parameter is not null))
            {
                throw CommandFault.Refused(
                    $"Workflow '{workflow.Name}' takes {lacking[0]!.ParameterType.Name} in its constructor, which this command does not know. Serve it from a program of your own: AddWorkflows().AddOpenAI().AddSqliteStorage().AddServer(), and MapWorkflows().");
            }
        }
    }
}
