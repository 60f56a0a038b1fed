namespace KeyedWorkflows;

/// <summary>What the first rule that gave anything gave for a slot.</summary>
internal readonly record struct SlotChoice(CredentialSource Source, Credential Credential);
