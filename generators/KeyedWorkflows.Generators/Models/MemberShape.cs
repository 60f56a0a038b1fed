namespace KeyedWorkflows.Generators.Models;

/// <summary>A parameter or member that a placeholder may name.</summary>
internal sealed record MemberShape
{
    /// <summary>The name as a placeholder writes it.</summary>
    public required string Name { get; init; }

    /// <summary>The name as C# writes it.</summary>
    public required string Identifier { get; init; }

    public required MemberKind Kind { get; init; }

    /// <summary>The type's number in <see cref="MemberShapes.Types"/>; -1 where nothing below it can be reached.</summary>
    public int Type { get; init; } = -1;

    /// <summary>The type's name for people.</summary>
    public string TypeName { get; init; } = "";

    /// <summary>May be null by its type.</summary>
    public bool IsNullable { get; init; }

    /// <summary>Of a type without nullable marks: null-safe access is written where <c>?</c> asks for it.</summary>
    public bool IsOblivious { get; init; }

    /// <summary>The prompt has no such parameter: its body must declare a local of this name.</summary>
    public bool IsImplied { get; init; }
}
