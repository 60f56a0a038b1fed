using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>Whose an upload is. Dify's callers may leave the user out: what they sent is their token's, and any of its users' runs may refer to it.</summary>
internal static class UploadOwners
{
    /// <summary>In the place of a user's name, of which none is empty.</summary>
    public const string NoUser = "";

    /// <summary>Finds an upload of a token that this user may use: its own, or one that is no user's.</summary>
    public static async Task<UploadedFile?> FindForAsync(this IUploads uploads, string tokenId, string user, string id, CancellationToken cancellationToken) =>
        await uploads.FindAsync(tokenId, user, id, cancellationToken).ConfigureAwait(false) ?? await uploads.FindAsync(tokenId, NoUser, id, cancellationToken).ConfigureAwait(false);
}
