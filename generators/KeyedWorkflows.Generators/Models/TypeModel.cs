namespace KeyedWorkflows.Generators.Models;

/// <summary>A type as generated code writes it.</summary>
internal sealed record TypeModel
{
    /// <summary>The <c>global::</c> name without a nullable mark at its end; the marks of its type arguments are kept. <c>Nullable&lt;int&gt;</c> is <c>int</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name for people: <c>IReadOnlyList&lt;Order&gt;</c>.</summary>
    public required string DisplayName { get; init; }

    public required bool IsValueType { get; init; }

    /// <summary>Marked <c>?</c> in the source.</summary>
    public required bool IsNullable { get; init; }

    public TypeShape Shape { get; init; }

    public SequenceKind Sequence { get; init; }

    /// <summary>The <c>global::</c> name of a sequence's element, its nullable mark included.</summary>
    public string? ElementName { get; init; }

    /// <summary>The name as the source has it, its nullable mark included.</summary>
    public string FullName => IsNullable ? Name + "?" : Name;

    /// <summary>The name with a nullable mark: the type of a result that may be absent.</summary>
    public string NullableName => Name + "?";
}
