namespace KeyedWorkflows.Generators.Models;

/// <summary>What of the input is checked before a run.</summary>
internal sealed record ValidationModel
{
    public EquatableArray<ValidatedMemberModel> Members { get; init; }

    /// <summary>Attributes on the type itself, as C# expressions.</summary>
    public EquatableArray<string> TypeAttributes { get; init; }

    /// <summary>The input implements <c>IValidatableObject</c>.</summary>
    public bool IsValidatableObject { get; init; }

    public bool IsEmpty => Members.IsEmpty && TypeAttributes.IsEmpty && !IsValidatableObject;
}
