namespace KeyedWorkflows.Storage;

/// <summary>Files that callers sent. Another token's, and another end user's, do not exist. Safe for use from several threads.</summary>
internal interface IUploads
{
    /// <summary>Keeps a file.</summary>
    /// <param name="file">What is known of it.</param>
    /// <param name="content">All of it.</param>
    /// <param name="quota">How many bytes the token's files may take together.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Whether it was within the quota.</returns>
    Task<bool> TryAddAsync(UploadedFile file, ReadOnlyMemory<byte> content, long quota, CancellationToken cancellationToken);

    Task<UploadedFile?> FindAsync(string tokenId, string endUser, string id, CancellationToken cancellationToken);

    Task<byte[]?> ReadAsync(string tokenId, string endUser, string id, CancellationToken cancellationToken);
}
