using System.Security.Cryptography;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>The file that keeps the head of an audit, which several processes of one ring write.</summary>
public sealed class AuditHeadFileTests : IDisposable
{
    private const string Mark = "0123456789abcdef";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly string ring = Directory.CreateTempSubdirectory("kw-heads-").FullName;

    public void Dispose() => Directory.Delete(ring, recursive: true);

    [Fact]
    public async Task Of_processes_that_write_at_once_none_sets_it_back()
    {
        const int most = 150;
        AuditHeadFile[] files = [Of("here"), Of("here"), Of("here")];
        using var over = new CancellationTokenSource();
        var reading = Task.Run(() =>
        {
            for (var last = 0L; !over.IsCancellationRequested;)
            {
                var present = files[0].Read()?.Number ?? 0;
                Assert.True(present >= last, $"{present} after {last}.");
                last = present;
            }
        }, Cancel);

        await Task.WhenAll(files.Select((file, writer) => Task.Run(() =>
        {
            for (var number = writer + 1; number <= most; number += files.Length)
                file.Write(Head(number), isNewBeginning: false);
        }, Cancel)));
        await over.CancelAsync();
        await reading;

        Assert.Equal(Head(most), files[0].Read());
    }

    [Fact]
    public void A_directory_of_heads_that_lies_elsewhere_is_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links are for administrators there.");
        var elsewhere = Directory.CreateDirectory(Path.Combine(ring, "elsewhere")).FullName;
        File.CreateSymbolicLink(Path.Combine(ring, "audit"), elsewhere);

        Of("here").Write(Head(7), isNewBeginning: false);

        Assert.Equal(Head(7), Of("here").ReadOwn());
    }

    [Fact]
    public void A_head_that_cannot_be_read_is_not_replaced()
    {
        Of("here").Write(Head(7), isNewBeginning: false);
        var path = Assert.Single(Directory.GetFiles(Path.Combine(ring, "audit"), "*.head"));
        File.Delete(path);
        Directory.CreateDirectory(path);

        Assert.ThrowsAny<SystemException>(() => Of("here").Write(Head(8), isNewBeginning: false));

        Assert.Null(Of("here").ReadOwn());
        Assert.True(Directory.Exists(path));
    }

    private AuditHeadFile Of(string place) => new(ring, Mark, place);

    private static AuditHead Head(long number) => new(number, Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number))));
}
