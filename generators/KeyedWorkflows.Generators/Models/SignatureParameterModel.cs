namespace KeyedWorkflows.Generators.Models;

/// <summary>A parameter as the implementing part must repeat it: <c>{Modifier}{Type} {Identifier}</c>.</summary>
internal sealed record SignatureParameterModel
{
    public required string Name { get; init; }

    /// <summary>The name as C# writes it.</summary>
    public required string Identifier { get; init; }

    /// <summary>The type with all nullable marks.</summary>
    public required string Type { get; init; }

    /// <summary>Empty, or <c>ref </c>, <c>out </c>, <c>in </c>, <c>params </c> and the like in a faulty workflow.</summary>
    public string Modifier { get; init; } = "";

    /// <summary>The author has put <c>[EnumeratorCancellation]</c> on it: the implementing part must not repeat it.</summary>
    public bool HasEnumeratorCancellation { get; init; }
}
