using System.Globalization;
using System.Text;
using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Emits what an assembly registers: its workflows and those of the assemblies that it references.</summary>
internal static class RegistrationEmitter
{
    public static string Emit(string assemblyName, EquatableArray<RegisteredWorkflow> workflows, ReferenceFacts references)
    {
        var code = Names.Header(new());
        var registration = ClassOf(assemblyName);
        var referenced = references.Registrations;
        var hasAny = workflows.Length + referenced.Length > 0;
        if (hasAny)
        {
            code.Line($"[assembly: {Names.Runtime}WorkflowAssembly(typeof(global::KeyedWorkflows.Registrations.{registration}))]").Line();
            code.Open("namespace KeyedWorkflows.Registrations");
            code.Line($"/// <summary>The workflows of {Literals.Xml(assemblyName)}, for <c>AddWorkflows()</c> of the assemblies that reference it.</summary>");
            code.Line(Names.GeneratedCode);
            code.Line(Names.Hidden);
            code.Open($"public static class {registration}");
            code.Line("/// <summary>Adds the workflows and their clients, and those of referenced assemblies. What is there already stays as it is.</summary>");
            code.Line("/// <param name=\"workflows\">The host's workflows.</param>");
            code.Open($"public static void Register({Names.Product}WorkflowsBuilder workflows)");
            code.Line("global::System.ArgumentNullException.ThrowIfNull(workflows);");
            foreach (var other in referenced)
                code.Line($"{other}.Register(workflows);");
            foreach (var workflow in workflows)
            {
                code.Line($"workflows.AddWorkflow<{workflow.FullName}>();");
                if (workflow.Client is { } client)
                    code.Line($"workflows.AddClient<{workflow.ClientInterface}, {client}>(static transport => new {client}(transport));");
            }
            code.Close().Close().Close().Line();
        }

        const string services = "global::Microsoft.Extensions.DependencyInjection.IServiceCollection";
        code.Open("namespace KeyedWorkflows");
        code.Line("/// <summary>Registers the workflows that this assembly can see.</summary>");
        code.Line(Names.GeneratedCode);
        code.Line("[global::Microsoft.CodeAnalysis.Embedded]");
        code.Open("internal static class WorkflowsServiceCollectionExtensions");
        code.Line("/// <summary>Adds the workflows of this assembly and of those that it references, and their clients.</summary>");
        code.Line("/// <param name=\"services\">The host's services.</param>");
        code.Line("/// <returns>The host's workflows, to add providers and profiles to.</returns>");
        code.Open($"public static {Names.Product}WorkflowsBuilder AddWorkflows(this {services} services)");
        code.Line($"{Names.Product}WorkflowsBuilder workflows = {Names.Product}WorkflowsBuilder.For(services);");
        if (hasAny)
            code.Line($"global::KeyedWorkflows.Registrations.{registration}.Register(workflows);");
        code.Line("return workflows;").Close().Line();
        code.Line("/// <summary>Adds the workflows of this assembly and of those that it references, and their clients.</summary>");
        code.Line("/// <param name=\"services\">The host's services.</param>");
        code.Line("/// <param name=\"configure\">Adds providers and profiles.</param>");
        code.Line("/// <returns>The host's services.</returns>");
        code.Open($"public static {services} AddWorkflows(this {services} services, global::System.Action<{Names.Product}WorkflowsBuilder> configure)");
        code.Line("global::System.ArgumentNullException.ThrowIfNull(configure);");
        code.Line("configure(AddWorkflows(services));");
        code.Line("return services;").Close();
        if (references.HasClient)
            EmitOverHttp(code, services);
        code.Close().Close();
        return code.ToString();
    }

    /// <summary>Emitted where the part is referenced: only code of this assembly can name its workflows without reflection.</summary>
    private static void EmitOverHttp(CodeWriter code, string services)
    {
        code.Line();
        code.Line("/// <summary>Adds the clients of the workflows of this assembly and of those that it references, to run them on a server.</summary>");
        code.Line("/// <param name=\"services\">The host's services.</param>");
        code.Line("/// <param name=\"configure\">Names the server and the token.</param>");
        code.Line("/// <returns>The host's workflows.</returns>");
        code.Open($"public static {Names.Product}WorkflowsBuilder AddWorkflowClients(this {services} services, global::System.Action<{Names.Product}WorkflowClientOptions> configure)");
        code.Line($"return {Names.Product}ClientWorkflowsBuilderExtensions.UseHttp(AddWorkflows(services), configure);").Close();
    }

    /// <summary>A class name that no other assembly's is: what stands in no identifier is written as its number.</summary>
    public static string ClassOf(string assemblyName)
    {
        var name = new StringBuilder();
        foreach (var c in assemblyName)
        {
            if (char.IsLetterOrDigit(c))
                name.Append(c);
            else if (c == '.')
                name.Append('_');
            else
                name.Append("_x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture)).Append('_');
        }
        return "_" + name;
    }
}
