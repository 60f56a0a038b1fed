namespace KeyedWorkflows.Generators.Models;

/// <summary>A piece of a template: a literal text, or a placeholder.</summary>
internal sealed record TemplateSegment
{
    /// <summary>The text as it is, escapes resolved; null for a placeholder.</summary>
    public string? Literal { get; init; }

    /// <summary>The placeholder as written, without braces: <c>ticket.Customer.Name?</c>; null for a literal.</summary>
    public string? Placeholder { get; init; }

    /// <summary>The C# expression of its value, null-safe where it must be: <c>ticket.Customer?.Name</c>.</summary>
    public string? Access { get; init; }

    public PlaceholderText Text { get; init; }

    /// <summary><see cref="Access"/> starts at a local <c>run</c> that the body must declare.</summary>
    public bool NeedsRun { get; init; }

    public bool IsLiteral => Literal is not null;
}
