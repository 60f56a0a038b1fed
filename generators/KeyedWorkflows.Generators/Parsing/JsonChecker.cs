using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>Says which types of a workflow cannot be written as JSON, or are missing in the context that the assembly names.</summary>
internal static class JsonChecker
{
    public static void Check(ParseScope scope, ITypeSymbol input, ITypeSymbol output, List<NodeReading> nodes, ToolTable tools)
    {
    }
}
