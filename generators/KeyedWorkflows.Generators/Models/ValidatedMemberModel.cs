namespace KeyedWorkflows.Generators.Models;

/// <summary>A property of the input with validation attributes.</summary>
/// <param name="Property">The property as C# writes it.</param>
/// <param name="Name">The member's name for messages.</param>
/// <param name="Attributes">The attribute instances as C# expressions: <c>new global::….RangeAttribute(1, 10) { ErrorMessage = "…" }</c>.</param>
internal sealed record ValidatedMemberModel(string Property, string Name, EquatableArray<string> Attributes);
