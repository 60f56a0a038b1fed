namespace KeyedWorkflows.Generators.Models;

/// <summary>What a prompt returns.</summary>
internal enum PromptAnswer
{
    Text,
    Object,
    Stream,
}
