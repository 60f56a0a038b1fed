namespace KeyedWorkflows.Runtime;

/// <summary>A selection that a property of the input made: always given, perhaps unusable (null on a property that is not nullable, empty, malformed).</summary>
/// <param name="Slot">The slot's number.</param>
/// <param name="Source"><see cref="CredentialSource.ApiKeyInput"/> or <see cref="CredentialSource.ProfileNameInput"/>.</param>
/// <param name="Credential">What was selected; <see cref="CredentialKind.Invalid"/> where it cannot be used.</param>
internal readonly record struct InputSelection(int Slot, CredentialSource Source, Credential Credential);
