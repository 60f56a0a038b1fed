using KeyedWorkflows.Generators.Keys;
using KeyedWorkflows.Generators.Models;
using KeyedWorkflows.Generators.Parsing;
using KeyedWorkflows.Generators.Templates;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.Analyzers;

/// <summary>Checks the files that the prompts of a workflow name. What is wrong in a file is reported in the file.</summary>
internal sealed class PromptFileCheck(SymbolAnalysisContext context, INamedTypeSymbol type)
{
    private readonly string? folder = context.Options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue("build_property.ProjectDir", out var value) ? value : null;

    /// <summary>What is reported: prompts that share a file share its faults.</summary>
    private readonly HashSet<(string, TextSpan, string)> reported = [];

    /// <summary>Reports what is wrong.</summary>
    public void Check(WorkflowModel model)
    {
        foreach (var node in model.Nodes)
        {
            if (node.Prompt is { } prompt)
                Check(prompt);
        }
        foreach (var prompt in model.InlinePrompts)
            Check(prompt);
    }

    private void Check(PromptModel prompt)
    {
        if (prompt is not { File: { } name, Shapes: { } shapes })
            return;
        if (Find(name) is not { } file)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.Template, PlaceOf(prompt, name), KeyText.Without($"The project has no file '{name}'. {WhatToDo(name)}")));
            return;
        }
        if (file.GetText(context.CancellationToken) is not { } text)
            return;
        foreach (var fault in PromptFileBinder.Bind(text.ToString(), shapes, hasSystem: prompt.System is not null).Faults)
        {
            var span = TextSpan.FromBounds(Math.Min(fault.Start, text.Length), Math.Min(fault.Start + fault.Length, text.Length));
            if (reported.Add((file.Path, span, fault.Message)))
                context.ReportDiagnostic(Diagnostic.Create(Rules.Template, Location.Create(file.Path, span, text.Lines.GetLinePositionSpan(span)), KeyText.Without(fault.Message)));
        }
    }

    /// <summary>An analyzer must not look at the disk: whether the file is missing there, or only in the project, is judged from the files that the project has.</summary>
    private string WhatToDo(string name)
    {
        var paths = new List<string>();
        string? sameName = null;
        foreach (var file in context.Options.AdditionalFiles)
        {
            var path = PromptFiles.RelativeTo(file.Path, folder, name);
            paths.Add(path);
            if (string.Equals(Path.GetFileNameWithoutExtension(path), Path.GetFileNameWithoutExtension(name), StringComparison.OrdinalIgnoreCase))
                sameName ??= path;
        }
        if ((Nearest.Of(name, paths) ?? sameName) is { } near)
            return $"Did you mean '{near}'?{(string.Equals(near, name, StringComparison.OrdinalIgnoreCase) ? " Upper and lower case count." : "")}";
        return PromptFiles.IsIncluded(name)
            ? "Create it: what lies under prompts/ and ends with .md or .txt is part of the project without being added."
            : $"Where it does not exist yet, create it; then add it to the project: <AdditionalFiles Include=\"{name}\" />. What lies under prompts/ and ends with .md or .txt need not be added.";
    }

    private AdditionalText? Find(string name)
    {
        foreach (var file in context.Options.AdditionalFiles)
        {
            if (PromptFiles.Matches(file.Path, name, folder))
                return file;
        }
        return null;
    }

    private Location PlaceOf(PromptModel prompt, string file)
    {
        foreach (var member in type.GetMembers(prompt.Signature.Name))
        {
            foreach (var attribute in member.GetAttributes())
            {
                if (attribute.Text("File") is { } text && PromptFiles.Normalize(text) == PromptFiles.Normalize(file) && Places.OfArgument(attribute, "File", context.CancellationToken) is { } place)
                    return place;
            }
        }
        return Places.OfType(type);
    }
}
