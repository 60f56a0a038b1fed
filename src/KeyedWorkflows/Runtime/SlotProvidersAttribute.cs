using System.ComponentModel;

namespace KeyedWorkflows.Runtime;

/// <summary>
/// Stands on the client of a workflow, and on the properties of its credentials: the families of providers that a slot takes. A slot that takes any has none. The rules KW1004 and KW1006 read it where the client is called, which
/// may be in another assembly than the workflow.
/// </summary>
/// <param name="slot">The slot's name.</param>
/// <param name="providers">The families of providers that it takes.</param>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SlotProvidersAttribute(string slot, params string[] providers) : Attribute
{
    /// <summary>The slot's name.</summary>
    public string Slot { get; } = slot;

    /// <summary>The families of providers that it takes.</summary>
    public IReadOnlyList<string> Providers { get; } = providers;
}
