using KeyedWorkflows.Generators.Models;
using KeyedWorkflows.Generators.Templates;

namespace KeyedWorkflows.Generators;

/// <summary>Puts the texts of prompts' files into a workflow. A prompt whose file is missing or faulty keeps its file's name, and gets a body that throws.</summary>
internal static class PromptFileFiller
{
    /// <summary>The files that the prompts of a workflow name.</summary>
    public static EquatableArray<string> FilesOf(WorkflowModel model)
    {
        var files = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var node in model.Nodes)
        {
            if (node.Prompt?.File is { } file)
                files.Add(file);
        }
        foreach (var prompt in model.InlinePrompts)
        {
            if (prompt.File is { } file)
                files.Add(file);
        }
        return EquatableArray.From(files);
    }

    /// <summary>All of them, ordered, each once.</summary>
    public static EquatableArray<string> Union(IReadOnlyCollection<EquatableArray<string>> all)
    {
        var files = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var some in all)
        {
            foreach (var file in some)
                files.Add(file);
        }
        return EquatableArray.From(files);
    }

    /// <summary>Whether a prompt names a file.</summary>
    public static bool IsWanted(string path, EquatableArray<string> wanted, string? folder)
    {
        foreach (var file in wanted)
        {
            if (PromptFiles.Matches(path, file, folder))
                return true;
        }
        return false;
    }

    /// <summary>Fills a workflow's prompts.</summary>
    public static WorkflowModel Fill(WorkflowModel model, EquatableArray<PromptFile> files, string? folder)
    {
        if (FilesOf(model).IsEmpty)
            return model;
        var nodes = new List<NodeModel>(model.Nodes.Length);
        foreach (var node in model.Nodes)
            nodes.Add(node.Prompt is { File: not null } prompt ? node with { Prompt = Fill(prompt, files, folder) } : node);
        var inline = new List<PromptModel>(model.InlinePrompts.Length);
        foreach (var prompt in model.InlinePrompts)
            inline.Add(Fill(prompt, files, folder));
        return model with { Nodes = EquatableArray.From(nodes), InlinePrompts = EquatableArray.From(inline) };
    }

    private static PromptModel Fill(PromptModel prompt, EquatableArray<PromptFile> files, string? folder)
    {
        if (prompt is not { File: { } name, Shapes: { } shapes } || Find(name, files, folder) is not { } file)
            return prompt;
        var bound = PromptFileBinder.Bind(file.Text, shapes, hasSystem: prompt.System is not null);
        return bound.Faults.IsEmpty ? prompt with { System = prompt.System ?? bound.System, User = bound.User, File = null, Shapes = null } : prompt;
    }

    private static PromptFile? Find(string name, EquatableArray<PromptFile> files, string? folder)
    {
        foreach (var file in files)
        {
            if (PromptFiles.Matches(file.Path, name, folder))
                return file;
        }
        return null;
    }
}
