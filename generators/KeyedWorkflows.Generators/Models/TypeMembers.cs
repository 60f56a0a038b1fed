namespace KeyedWorkflows.Generators.Models;

/// <summary>The members of one type that a placeholder may name.</summary>
/// <param name="DisplayName">The type's name for people.</param>
/// <param name="Members">Its public properties and fields.</param>
internal sealed record TypeMembers(string DisplayName, EquatableArray<MemberShape> Members);
