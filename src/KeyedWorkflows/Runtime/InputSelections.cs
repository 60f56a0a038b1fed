using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace KeyedWorkflows.Runtime;

/// <summary>Takes up what the properties of an input select: filled by emitted code, read by the binder. What is absent is not in it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "A collector that lives for one call.")]
public struct InputSelections
{
    private InputSelection[]? given;

    /// <summary>The selections that were given, in the order of the input's properties.</summary>
    internal readonly ReadOnlySpan<InputSelection> Given => given;

    /// <summary>Notes a property marked <see cref="ApiKeyAttribute"/>.</summary>
    /// <param name="slot">The slot's number.</param>
    /// <param name="value">The property's value.</param>
    /// <param name="nullable">Whether its type allows null, which then means that it is absent.</param>
    public void ApiKey(int slot, Secret? value, bool nullable)
    {
        if (value is not null || !nullable)
            Add(new(slot, CredentialSource.ApiKeyInput, Credential.ApiKey(value)));
    }

    /// <summary>Notes a property marked <see cref="ProfileNameAttribute"/>.</summary>
    /// <param name="slot">The slot's number.</param>
    /// <param name="value">The property's value.</param>
    /// <param name="nullable">Whether its type allows null, which then means that it is absent.</param>
    public void ProfileName(int slot, string? value, bool nullable)
    {
        if (value is not null || !nullable)
            Add(new(slot, CredentialSource.ProfileNameInput, Credential.Profile(value)));
    }

    private void Add(InputSelection selection)
    {
        Array.Resize(ref given, (given?.Length ?? 0) + 1);
        given[^1] = selection;
    }
}
