namespace KeyedWorkflows.Generators.Models;

/// <summary>What a prompt's body does with a parameter.</summary>
internal enum PromptParameterKind
{
    /// <summary>A value for placeholders.</summary>
    Value,

    /// <summary>Put in as messages, before the user message.</summary>
    Messages,
    ChatClient,
    RunContext,
    CancellationToken,
}
