namespace KeyedWorkflows;

/// <summary>
/// Marks the method that chooses the credential for a slot where the caller gave none. It takes the input and <see cref="RunContext"/>, may use the services of the
/// constructor, may be asynchronous, runs once before the first step, and returns a <see cref="Credential"/>; <see cref="Credential.Unspecified"/> asks for the slot's default, null fails the run.
/// </summary>
/// <param name="slot">The slot's name.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class ChooseProfileAttribute(string slot = CredentialProfileAttribute.DefaultSlot) : Attribute
{
    /// <summary>The slot's name.</summary>
    public string Slot { get; } = slot;
}
