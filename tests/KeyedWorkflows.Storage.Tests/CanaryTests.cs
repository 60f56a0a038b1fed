using System.Text;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage.Tests;

public sealed class CanaryTests : IDisposable
{
    private readonly StoreDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task No_file_of_the_store_holds_a_piece_of_a_key()
    {
        List<string> keys = [];
        using (var host = new StoreHost(directory))
        {
            for (var i = 0; i < 20; i++)
            {
                keys.Add(NewCanary());
                keys.Add(NewCanary());
                var made = await host.Profiles.CreateAsync(
                    StoreHost.Draft("p" + i, keys[^1]) with { Headers = new Dictionary<string, Secret> { ["X-Team"] = Secret.From(keys[^2]) } }, TestContext.Current.CancellationToken);
                keys.Add(NewCanary());
                await host.Profiles.RotateKeyAsync(made.Id, Secret.From(keys[^1]), TestContext.Current.CancellationToken);
                await host.RunAsync("p" + i);
                if (i % 2 == 0)
                    await host.Profiles.DeleteAsync(made.Id, TestContext.Current.CancellationToken);
            }
            AssertClean(keys);
            await host.Profiles.ReEncryptAsync(TestContext.Current.CancellationToken);
            AssertClean(keys);
        }
        AssertClean(keys);
    }

    [Fact]
    public async Task The_search_finds_a_key_that_is_planted()
    {
        var key = NewCanary();
        using var host = new StoreHost(directory);
        await host.Profiles.CreateAsync(StoreHost.Draft("a") with { Labels = new Dictionary<string, string> { ["note"] = "none" } }, TestContext.Current.CancellationToken);

        directory.Execute($"UPDATE profiles SET Endpoint = 'https://models.example/{key[^7..]}'");

        Assert.Contains(Files(), file => Canary.In(Read(file), key) is not null);
        Assert.NotNull(Canary.In(Encoding.Unicode.GetBytes(key), key));
    }

    [Fact]
    public async Task What_is_deleted_is_overwritten_on_its_page()
    {
        using var host = new StoreHost(directory);
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        await host.Profiles.CreateAsync(StoreHost.Draft("b"), TestContext.Current.CancellationToken);
        byte[] payload;
        using (var context = host.Storage.Database.Open())
            payload = (await context.Profiles.FirstAsync(row => row.Id == made.Id, TestContext.Current.CancellationToken)).Payload;
        host.Storage.Database.Compact();
        Assert.True(Read(directory.Database).AsSpan().IndexOf(payload.AsSpan(^64..)) >= 0);

        await host.Profiles.DeleteAsync(made.Id, TestContext.Current.CancellationToken);
        host.Storage.Database.Compact();

        Assert.All(Files(), file => Assert.True(Read(file).AsSpan().IndexOf(payload.AsSpan(^64..)) < 0, Path.GetFileName(file) + " still holds what was deleted."));
    }

    /// <summary>A random part of letters that no hexadecimal or base64 text is likely to hold six of in a row.</summary>
    private static string NewCanary() => "key-" + System.Security.Cryptography.RandomNumberGenerator.GetString("ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ", 32);

    private void AssertClean(List<string> keys)
    {
        foreach (var file in Files())
        {
            var bytes = Read(file);
            foreach (var key in keys)
                Assert.True(Canary.In(bytes, key) is null, Path.GetFileName(file) + " holds a piece of a key.");
        }
    }

    /// <summary>All of them, but for the lock of the node, which nobody else can open and which holds nothing.</summary>
    private string[] Files()
    {
        string[] all = [.. Directory.GetFiles(Path.GetDirectoryName(directory.Database)!), .. Directory.GetFiles(directory.Ring)];
        string[] locks = [.. all.Where(static file => file.EndsWith(".lock", StringComparison.Ordinal))];
        Assert.All(locks, static file => Assert.Equal(0, new FileInfo(file).Length));
        return [.. all.Except(locks)];
    }

    private static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
