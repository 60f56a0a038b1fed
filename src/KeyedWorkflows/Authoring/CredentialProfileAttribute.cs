namespace KeyedWorkflows;

/// <summary>
/// Declares a credential slot: what a run must bring. A slot is a payer, not a model; the key itself is never in code.
/// A workflow with several slots names each of them.
/// </summary>
/// <param name="slot">The slot's name: <c>[a-z][a-z0-9_-]{0,31}</c>.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class CredentialProfileAttribute(string slot = CredentialProfileAttribute.DefaultSlot) : Attribute
{
    /// <summary>The name of a slot that was given none: <c>main</c>.</summary>
    public const string DefaultSlot = "main";

    /// <summary>The slot's name.</summary>
    public string Slot { get; } = slot;

    /// <summary>The family of providers that the slot takes, such as <c>openai</c> (which includes Azure and compatible endpoints). Left out, with <see cref="Providers"/>: any.</summary>
    public string? Provider { get; set; }

    /// <summary>Several families of which a run may bring any one.</summary>
    public string[]? Providers { get; set; }

    /// <summary>The chat model that the steps of this slot ask for where they name none.</summary>
    public string? Model { get; set; }

    /// <summary>The model to ask, on the same profile, when <see cref="Model"/> is not there, over its limit or failing.</summary>
    public string? FallbackModel { get; set; }

    /// <summary>The embedding model that the steps of this slot ask for where they name none.</summary>
    public string? EmbeddingModel { get; set; }

    /// <summary>The name of the profile that pays where neither the caller nor a chooser names one. Left out: such a run is refused.</summary>
    public string? Default { get; set; }

    /// <summary>One sentence for people: what the slot is used for.</summary>
    public string? Description { get; set; }
}
