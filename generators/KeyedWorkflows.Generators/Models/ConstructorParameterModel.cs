namespace KeyedWorkflows.Generators.Models;

/// <summary>A service that the workflow's constructor takes.</summary>
internal sealed record ConstructorParameterModel
{
    public required string Name { get; init; }

    public required TypeModel Type { get; init; }

    /// <summary>The key of <c>[FromKeyedServices]</c> as a C# expression; null for a service without key.</summary>
    public string? ServiceKey { get; init; }

    /// <summary>The service may be missing: the parameter is nullable or has a default value.</summary>
    public bool IsOptional { get; init; }

    /// <summary>What a missing optional service is replaced by, as a C# expression; null: <c>default</c>.</summary>
    public string? DefaultValue { get; init; }
}
