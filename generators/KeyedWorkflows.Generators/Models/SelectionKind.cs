namespace KeyedWorkflows.Generators.Models;

/// <summary>What a selecting property of the input brings.</summary>
internal enum SelectionKind
{
    ApiKey,
    ProfileName,
}
