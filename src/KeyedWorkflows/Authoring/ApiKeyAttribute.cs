namespace KeyedWorkflows;

/// <summary>Marks a property of the input, of type <see cref="Secret"/>, that brings the key for a slot. It is absent where null on a nullable property; empty never means absent.</summary>
/// <param name="slot">The slot's name.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class ApiKeyAttribute(string slot = CredentialProfileAttribute.DefaultSlot) : Attribute
{
    /// <summary>The slot's name.</summary>
    public string Slot { get; } = slot;
}
