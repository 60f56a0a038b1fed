using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>Files that callers sent, in the history's database.</summary>
internal sealed class Uploads(IStorageDatabase database, HistoryWriter writer) : IUploads
{
    private static readonly HistoryStatement TakenStatement = new("SELECT COALESCE(SUM(\"Size\"), 0) FROM uploads WHERE \"TokenId\" = $1");

    private static readonly HistoryStatement UploadStatement = new(
        "INSERT INTO uploads (\"Id\", \"TokenId\", \"EndUser\", \"Name\", \"MediaType\", \"Extension\", \"Size\", \"CreatedAt\") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING");

    private static readonly HistoryStatement ContentStatement = new("INSERT INTO upload_contents (\"Id\", \"Content\") VALUES ($1, $2) ON CONFLICT DO NOTHING");

    private static readonly HistoryStatement RemoveStatement = new("DELETE FROM uploads WHERE \"Id\" = $1");

    private static readonly HistoryStatement RemoveContentStatement = new("DELETE FROM upload_contents WHERE \"Id\" = $1");

    public Task<bool> TryAddAsync(UploadedFile file, ReadOnlyMemory<byte> content, long quota, CancellationToken cancellationToken)
    {
        var bytes = content.ToArray();
        return writer.ExecuteAsync(
            session =>
            {
                // What is counted is what is kept, whatever was said of it.
                session.Serialize("uploads " + file.TokenId);
                var taken = session.Read(TakenStatement, static row => Convert.ToInt64(row.GetValue(0), null), file.TokenId)[0];
                if (bytes.LongLength > quota || taken > quota - bytes.LongLength)
                    return false;
                session.Write(
                    UploadStatement,
                    file.Id,
                    file.TokenId,
                    StoredText.Key(file.EndUser, HistoryContext.TextLength),
                    StoredText.Of(file.Name, HistoryContext.NameLength),
                    StoredText.Of(file.MediaType, HistoryContext.TextLength),
                    StoredText.Of(file.Extension, HistoryContext.MarkLength),
                    bytes.LongLength,
                    file.CreatedAt.UtcTicks);
                session.Write(ContentStatement, file.Id, bytes);
                return true;
            },
            (session, isKept) =>
            {
                if (isKept)
                    Remove(session, file.Id);
            },
            cancellationToken,
            bytes.LongLength);
    }

    public async Task<UploadedFile?> FindAsync(string tokenId, string endUser, string id, CancellationToken cancellationToken)
    {
        var user = StoredText.Key(endUser, HistoryContext.TextLength);
        var known = StoredText.Id(id);
        return await ReadAsync(context => context.Uploads.Where(row => row.Id == known && row.TokenId == tokenId && row.EndUser == user).FirstOrDefaultAsync(cancellationToken)).ConfigureAwait(false) is not { } row
            ? null
            : new UploadedFile
            {
                Id = row.Id,
                TokenId = row.TokenId,
                EndUser = row.EndUser,
                Name = row.Name,
                MediaType = row.MediaType,
                Extension = row.Extension,
                Size = row.Size,
                CreatedAt = new(row.CreatedAt, TimeSpan.Zero),
            };
    }

    public Task<byte[]?> ReadAsync(string tokenId, string endUser, string id, CancellationToken cancellationToken)
    {
        var user = StoredText.Key(endUser, HistoryContext.TextLength);
        var known = StoredText.Id(id);
        return ReadAsync(context => context.UploadContents.Where(content => content.Id == known && context.Uploads.Any(row => row.Id == content.Id && row.TokenId == tokenId && row.EndUser == user))
            .Select(static content => content.Content).FirstOrDefaultAsync(cancellationToken));
    }

    public static void Remove(IHistorySession session, string id)
    {
        session.Write(RemoveStatement, id);
        session.Write(RemoveContentStatement, id);
    }

    private async Task<T> ReadAsync<T>(Func<HistoryContext, Task<T>> read)
    {
        try
        {
            using var context = database.OpenHistory();
            context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
            return await read(context).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw StoreFaults.NotRead(error);
        }
    }
}
