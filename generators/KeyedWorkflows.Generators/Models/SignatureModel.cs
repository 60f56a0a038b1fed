namespace KeyedWorkflows.Generators.Models;

/// <summary>A partial method as its implementing part must repeat it: <c>{Modifiers} partial {ReturnType} {Identifier}{TypeParameters}({Parameters}) {Constraints}</c>.</summary>
internal sealed record SignatureModel
{
    /// <summary>The modifiers of the declaration without <c>partial</c>, such as <c>public static</c>; may be empty. <c>async</c> goes between them and <c>partial</c>.</summary>
    public required string Modifiers { get; init; }

    public required string ReturnType { get; init; }

    public required string Name { get; init; }

    /// <summary>The name as C# writes it.</summary>
    public required string Identifier { get; init; }

    /// <summary>Empty, or <c>&lt;T&gt;</c> in a faulty workflow.</summary>
    public string TypeParameters { get; init; } = "";

    /// <summary>Empty, or the <c>where</c> clauses in a faulty workflow.</summary>
    public string Constraints { get; init; } = "";

    public EquatableArray<SignatureParameterModel> Parameters { get; init; }
}
