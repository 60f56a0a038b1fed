namespace KeyedWorkflows.Storage;

/// <summary>A client that was added.</summary>
/// <param name="Profile">Its profile.</param>
/// <param name="Token">Its token, at the one moment at which it can be read; null where none was asked for.</param>
public sealed record CreatedClient(ProfileListing Profile, CreatedToken? Token);
