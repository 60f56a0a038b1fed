namespace KeyedWorkflows;

/// <summary>Names the slot that pays for a model client, and the model it asks for. Needed where the workflow declares several slots.</summary>
/// <param name="slot">The slot's name.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class SlotAttribute(string slot = CredentialProfileAttribute.DefaultSlot) : Attribute
{
    /// <summary>The slot's name.</summary>
    public string Slot { get; } = slot;

    /// <summary>The model that this client asks for. It wins over the prompt's and the slot's.</summary>
    public string? Model { get; set; }

    /// <summary>The model to ask, on the same profile, when the first is not there, over its limit or failing.</summary>
    public string? FallbackModel { get; set; }
}
