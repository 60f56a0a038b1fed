namespace KeyedWorkflows;

/// <summary>Marks a string property of the input that names the profile for a slot. It is absent where null on a nullable property; empty never means absent.</summary>
/// <param name="slot">The slot's name.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class ProfileNameAttribute(string slot = CredentialProfileAttribute.DefaultSlot) : Attribute
{
    /// <summary>The slot's name.</summary>
    public string Slot { get; } = slot;
}
