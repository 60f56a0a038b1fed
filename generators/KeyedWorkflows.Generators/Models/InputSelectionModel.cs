namespace KeyedWorkflows.Generators.Models;

/// <summary>A property of the input marked <c>[ApiKey]</c> or <c>[ProfileName]</c>.</summary>
/// <param name="Slot">The slot's index.</param>
/// <param name="Property">The property as C# writes it.</param>
/// <param name="Kind">What it brings.</param>
/// <param name="IsNullable">Null means "not given"; otherwise null fails the run.</param>
internal sealed record InputSelectionModel(int Slot, string Property, SelectionKind Kind, bool IsNullable);
