namespace KeyedWorkflows.Generators.Models;

/// <summary>What a placeholder finds under a name.</summary>
internal enum MemberKind
{
    /// <summary>A string.</summary>
    String,

    /// <summary>Another value: written as JSON, an enum by its name.</summary>
    Value,

    /// <summary>A <c>Secret</c>: refused.</summary>
    Secret,

    /// <summary>The run's context: not a value itself, its members are.</summary>
    Run,

    /// <summary>A dictionary of texts by name, such as the run's labels: the next name is a key.</summary>
    TextByName,

    /// <summary>A model client, a cancellation token, or messages: not a value.</summary>
    NotAValue,
}
