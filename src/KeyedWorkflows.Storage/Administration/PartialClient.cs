namespace KeyedWorkflows.Storage;

/// <summary>A client as far as it could be read.</summary>
/// <param name="Profile">The profile; null where it could not be.</param>
/// <param name="Token">The token; null where there is none, or it could not be read.</param>
internal readonly record struct PartialClient(ProfileDraft? Profile, TokenDraft? Token);
