namespace KeyedWorkflows.Generators.Models;

/// <summary>A method marked <c>[ChooseProfile]</c>. It returns <c>Credential</c>, at once or later.</summary>
internal sealed record ChooserModel
{
    /// <summary>The slot's index.</summary>
    public required int Slot { get; init; }

    /// <summary>The method as C# writes it.</summary>
    public required string Identifier { get; init; }

    public bool IsStatic { get; init; }

    /// <summary><see cref="ReturnShape.Value"/>, <see cref="ReturnShape.TaskOfT"/> or <see cref="ReturnShape.ValueTaskOfT"/>.</summary>
    public required ReturnShape Return { get; init; }

    /// <summary>The arguments, in order.</summary>
    public EquatableArray<ChooserArgumentModel> Arguments { get; init; }
}
