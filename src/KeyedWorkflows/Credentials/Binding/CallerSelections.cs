using KeyedWorkflows.Runtime;

namespace KeyedWorkflows;

/// <summary>What the caller selects for a slot: in the call, and by properties of the input. Rules 1 to 3.</summary>
internal static class CallerSelections
{
    /// <summary>Takes the first that is given. All that are given must be usable and say the same.</summary>
    public static Refusal? Read(in BindRequest request, int slot, string slotName, out SlotChoice? choice)
    {
        choice = null;
        if (request.Credentials.TryGet(slot, out var given))
        {
            if (Unusable(given))
                return Invalid(CredentialSource.Call, slotName);
            choice = new(CredentialSource.Call, given);
        }
        foreach (ref readonly var selection in request.Selections.Given)
        {
            if (selection.Slot == slot && Unusable(selection.Credential))
                return Invalid(selection.Source, slotName);
        }
        foreach (ref readonly var selection in request.Selections.Given)
        {
            if (selection.Slot != slot)
                continue;
            if (choice is { } other && other.Credential != selection.Credential)
                return Conflict(other.Source, selection.Source, slotName);
            if (choice is null || selection.Source < choice.Value.Source)
                choice = new(selection.Source, selection.Credential);
        }
        return null;
    }

    /// <summary>Where a selection stands, for people.</summary>
    public static string Place(CredentialSource source) => source switch
    {
        CredentialSource.Call => "in the call",
        CredentialSource.ApiKeyInput => "by the input's [ApiKey] property",
        CredentialSource.ProfileNameInput => "by the input's [ProfileName] property",
        CredentialSource.ChooseProfile => "by the workflow's [ChooseProfile] method",
        CredentialSource.SlotDefault => "by the slot's Default",
        CredentialSource.HostDefault => "by the host's default profile",
        CredentialSource.PinnedToken => "by the caller's token",
        _ => "by the parent workflow",
    };

    private static bool Unusable(in Credential credential) => credential.Kind is CredentialKind.Invalid or CredentialKind.Unspecified;

    private static Refusal Conflict(CredentialSource one, CredentialSource other, string slotName) => new(
        WorkflowErrorCodes.CredentialConflict,
        $"Slot '{slotName}' is given two different credentials: {Place(one)}, and {Place(other)}. Give one of them, or the same twice.")
    { Slot = slotName, Source = one };

    private static Refusal Invalid(CredentialSource source, string slotName) => new(
        WorkflowErrorCodes.CredentialInvalid,
        $"The credential that is given for slot '{slotName}' {Place(source)} is null, empty or malformed. It is not repeated here. A profile's name is 1 to 64 of a-z, 0-9, '_', '.' and '-', and begins with a letter or digit; a key is 1 to 4096 printable ASCII characters without spaces. Give a usable one, or leave it out.")
    { Slot = slotName, Source = source };
}
