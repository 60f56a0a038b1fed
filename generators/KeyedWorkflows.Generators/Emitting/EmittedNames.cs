using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>The names of what is emitted into the workflow's class: none of them is one of the author's members.</summary>
internal sealed class EmittedNames
{
    public EmittedNames(WorkflowModel model)
    {
        var members = new LocalNames(model.ClassName);
        foreach (var member in model.MemberNames)
            members.Reserve(member);
        Executor = model.FullName + "." + members.Add("Executor");
        ToolValues = model.FullName + "." + members.Add("ToolValues");
        var tools = new string[model.Tools.Length];
        for (var i = 0; i < tools.Length; i++)
            tools[i] = model.FullName + "." + members.Add(LocalNames.Pascal(model.Tools[i].MethodName) + "Tool");
        Tools = tools;
    }

    /// <summary>The executor's class, by its full name.</summary>
    public string Executor { get; }

    /// <summary>The class that carries what tools need of the run, by its full name.</summary>
    public string ToolValues { get; }

    /// <summary>The tools' classes, by their full names, in the order of <see cref="WorkflowModel.Tools"/>.</summary>
    public IReadOnlyList<string> Tools { get; }

    /// <summary>The JSON metadata of the workflow.</summary>
    public string Json => Executor + ".Instance.Json";

    /// <summary>The last part of a full name.</summary>
    public static string Simple(string fullName) => fullName.Substring(fullName.LastIndexOf('.') + 1);
}
