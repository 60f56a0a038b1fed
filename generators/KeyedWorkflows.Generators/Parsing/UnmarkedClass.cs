using System.Text;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Tells a class that was meant for a workflow, and is not marked as one, from all others.</summary>
internal static class UnmarkedClass
{
    private const string NoName = "a-name";

    /// <summary>Whether a class is marked <c>[Workflow]</c>.</summary>
    public static bool IsMarked(INamedTypeSymbol type, KnownSymbols known)
    {
        foreach (var attribute in type.GetAttributes())
        {
            if (known.MarkOf(attribute) == Mark.Workflow)
                return true;
        }
        return false;
    }

    /// <summary>What is wrong and what to do; null for a class that has nothing of a workflow.</summary>
    public static string? Describe(INamedTypeSymbol type, KnownSymbols known)
    {
        if (MarkedIn(type, known) is { } marked)
            return $"`{type.Name}` is no workflow, and {marked} means something only in one. Mark the class [Workflow(\"{NameFor(type)}\")], or remove the attribute.";

        // A class that derives from a workflow has the interface from it.
        foreach (var implemented in type.Interfaces)
        {
            if (known.Classify(implemented) == KnownType.Workflow)
                return $"`{type.Name}` implements IWorkflow<TInput, TOutput> and is not marked, so nothing runs it. Mark the class [Workflow(\"{NameFor(type)}\")].";
        }
        return null;
    }

    /// <summary>The mark on a method that makes the generator look at its class: the first of its kind in the class, so that the class is looked at once.</summary>
    public static AttributeData? FirstStep(INamedTypeSymbol type, KnownSymbols known)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is not IMethodSymbol)
                continue;
            foreach (var attribute in member.GetAttributes())
            {
                if (known.MarkOf(attribute) is Mark.Step or Mark.Prompt or Mark.SubWorkflow)
                    return attribute;
            }
        }
        return null;
    }

    private static string? MarkedIn(INamedTypeSymbol type, KnownSymbols known)
    {
        foreach (var attribute in type.GetAttributes())
        {
            if (known.MarkOf(attribute) == Mark.CredentialProfile)
                return "[CredentialProfile]";
        }
        foreach (var member in type.GetMembers())
        {
            if (member is not IMethodSymbol { MethodKind: MethodKind.Ordinary })
                continue;
            foreach (var attribute in member.GetAttributes())
            {
                if (known.MarkOf(attribute) is (Mark.Step or Mark.Prompt or Mark.SubWorkflow or Mark.Tool or Mark.Output or Mark.ChooseProfile) and var mark)
                    return $"[{mark}] of `{member.Name}`";
            }
        }
        return null;
    }

    /// <summary>What marks a class that needs nothing else to be a workflow, as code; null for others.</summary>
    public static string? MarkFor(INamedTypeSymbol type, KnownSymbols known)
    {
        var name = NameFor(type);
        foreach (var implemented in type.Interfaces)
        {
            if (known.Classify(implemented) == KnownType.Workflow && name != NoName)
                return $"Workflow(\"{name}\")";
        }
        return null;
    }

    /// <summary>A name to offer: <c>support-reply</c> for <c>SupportReply</c>.</summary>
    private static string NameFor(INamedTypeSymbol type)
    {
        var text = new StringBuilder();
        for (var i = 0; i < type.Name.Length; i++)
        {
            var c = type.Name[i];
            if (char.IsUpper(c) && i > 0 && char.IsLower(type.Name[i - 1]))
                text.Append('-');
            text.Append(char.ToLowerInvariant(c));
        }
        var name = text.ToString();
        return Names.IsProfileName(name) ? name : NoName;
    }
}
