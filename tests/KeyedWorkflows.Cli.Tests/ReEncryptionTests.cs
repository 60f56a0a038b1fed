using System.Security.Cryptography;
using KeyedWorkflows.Cli.Tests.Scene;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>What wraps the ring is changed at the command line.</summary>
public sealed class ReEncryptionTests : IDisposable
{
    private readonly Operator anna = new();

    public void Dispose() => anna.Dispose();

    [Fact]
    public async Task A_key_that_wrapped_the_ring_is_retired()
    {
        var former = anna.RingKeyFile;
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        (await anna.RunAsync("tokens", "create", "a", "--workflow", "desk")).Succeeds();
        anna.Set("KEYEDWORKFLOWS_RING_KEY_FILE", NewWrappingKey());
        (await anna.RunAsync("profiles", "list")).Ends(ExitCodes.Unavailable);
        (await anna.RunAsync("profiles", "re-encrypt")).Ends(ExitCodes.Unavailable);

        var done = (await anna.RunAsync("profiles", "re-encrypt", "--former-ring-key-file", former)).Succeeds();
        File.Delete(former);
        var again = (await anna.RunAsync("profiles", "re-encrypt", "--json")).Succeeds().Json;

        Assert.Equal("Under a new key of the ring now: 1 profiles, 1 tokens. Backups of before need what wrapped the ring then. A host that was not started with what wraps it now reads nothing from here on: start it anew with --ring-key-file.\n", done.Output);
        Assert.Equal((1, 1, 0, 0), ((int)again["re_encrypted"]!, (int)again["re_encrypted_tokens"]!, again["unreadable"]!.AsArray().Count, again["set_aside"]!.AsArray().Count));
        Assert.Contains("enabled", (await anna.RunAsync("profiles", "list")).Succeeds().Output, StringComparison.Ordinal);
        (await anna.RunAsync("audit", "verify")).Succeeds();
        (await anna.RunAsync("profiles", "re-encrypt", "--host", "http://127.0.0.1:1")).Ends(ExitCodes.Usage);
    }

    [Fact]
    public async Task A_ring_in_clear_text_is_wrapped()
    {
        anna.Set("KEYEDWORKFLOWS_RING_KEY_FILE", null);
        anna.Set("DOTNET_ENVIRONMENT", "Development");
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        anna.Set("DOTNET_ENVIRONMENT", null);
        anna.Set("KEYEDWORKFLOWS_RING_KEY_FILE", anna.RingKeyFile);
        (await anna.RunAsync("profiles", "re-encrypt")).Ends(ExitCodes.Unavailable);

        var done = (await anna.RunAsync("profiles", "re-encrypt", "--allow-unprotected-ring")).Succeeds();

        Assert.Contains("Keys in clear text are out of the ring", done.Output, StringComparison.Ordinal);
        Assert.Contains("enabled", (await anna.RunAsync("profiles", "list")).Succeeds().Output, StringComparison.Ordinal);
        (await anna.RunAsync("audit", "verify")).Succeeds();
    }

    private string NewWrappingKey()
    {
        var file = anna.PathOf("wrapping/new");
        PrivateFiles.Write(file, static key => key.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)))));
        return file;
    }
}
