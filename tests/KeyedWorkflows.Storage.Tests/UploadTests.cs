namespace KeyedWorkflows.Storage.Tests;

public sealed class UploadTests
{
    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_file_is_given_back_as_it_came(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var file = File(name: "../../etc/passwd\0.txt");
        byte[] content = [0, 1, 2, 255];

        Assert.True(await host.Uploads.TryAddAsync(file, content, 100, Cancel));

        Assert.Equal(file with { Name = "../../etc/passwd\ufffd.txt" }, await host.Uploads.FindAsync(file.TokenId, file.EndUser, file.Id, Cancel));
        Assert.Equal(content, await host.Uploads.ReadAsync(file.TokenId, file.EndUser, file.Id, Cancel));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task ForeignUploadIdIsUnknown(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var file = File();
        await host.Uploads.TryAddAsync(file, new byte[4], 100, Cancel);

        foreach (var (token, user, id) in ((string, string, string)[])[("token-b", file.EndUser, file.Id), (file.TokenId, "user-2", file.Id), (file.TokenId, "", file.Id), (file.TokenId, file.EndUser, "none"), (file.TokenId, file.EndUser, "\0")])
        {
            Assert.Null(await host.Uploads.FindAsync(token, user, id, Cancel));
            Assert.Null(await host.Uploads.ReadAsync(token, user, id, Cancel));
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_quota_holds_for_all_that_come_at_once(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        using var other = new StoreHost(directory);

        // The size that is said counts for nothing.
        var kept = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? host : other).Uploads.TryAddAsync(File() with { Size = 0 }, new byte[10], 100, Cancel)));

        Assert.Equal(10, kept.Count(static one => one));
        Assert.False(await host.Uploads.TryAddAsync(File(), new byte[1], 100, Cancel));
        Assert.True(await host.Uploads.TryAddAsync(File(token: "token-b"), new byte[100], 100, Cancel));
        Assert.False(await host.Uploads.TryAddAsync(File(token: "token-c"), new byte[101], 100, Cancel));
    }

    private static UploadedFile File(string token = "token-a", string name = "note.txt") => new()
    {
        Id = ARun.NewId(),
        TokenId = token,
        EndUser = "user-1",
        Name = name,
        MediaType = "text/plain",
        Extension = "txt",
        Size = 4,
        CreatedAt = ARun.Noon,
    };
}
