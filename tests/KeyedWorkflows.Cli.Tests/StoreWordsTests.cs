using KeyedWorkflows.Cli.Tests.Scene;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>What the store refuses names options of code: at a command line it is said in options of that, and stays a sentence.</summary>
public sealed class StoreWordsTests : IDisposable
{
    private readonly Operator anna = new();

    public void Dispose() => anna.Dispose();

    [Fact]
    public async Task What_wraps_the_ring_is_asked_for()
    {
        anna.Set("KEYEDWORKFLOWS_RING_KEY_FILE", null);

        Assert.Equal(
            "The key ring would lie in clear text on disk. Name a file that `openssl rand -base64 32` makes with --ring-key-file, or in the variable KEYEDWORKFLOWS_RING_KEY_FILE; in the environment Development (DOTNET_ENVIRONMENT) none is needed. (--allow-unprotected-ring lets this pass.)",
            await SaidAsync("tokens", "create", "a", "--workflow", "desk"));
    }

    [Fact]
    public async Task A_ring_of_another_store_is_said()
    {
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());

        Assert.Equal(
            "The key ring opens nothing of this store: it is another's, or is wrapped by another key. Name the ring's own directory (--ring) and the file that wraps it (--ring-key-file), older ones with --former-ring-key-file. Nothing was changed. "
            + "A ring that is lost for good is replaced by starting the host itself without it.",
            await SaidAsync("profiles", "list", "--ring", anna.PathOf("another-ring")));
    }

    [Fact]
    public async Task A_ring_in_clear_text_is_said()
    {
        var file = await ClearRingAsync();

        Assert.Equal(
            $"The key ring '{Path.Combine(anna.Store, "ring")}' holds keys in clear text: {file}. Who has a copy of them opens what they protect. If the ring was made by a host that wrapped it by nothing: name the file that is to wrap it with --ring-key-file "
            + "and call once with --allow-unprotected-ring: workflows profiles re-encrypt, which brings everything under a new, wrapped key and the clear keys out of the ring; and call without that option again. "
            + "If nobody of yours put them there: remove them, and find out who can write to the directory.",
            await SaidAsync("profiles", "list"));
        Assert.Equal(
            "The key ring holds keys in clear text, as a host in Development makes it, and a file that wraps it was named (--ring-key-file): that host could not read what is written under it. Leave the file out, or name the ring that it wraps.",
            await SaidAsync("profiles", "list", "--allow-unprotected-ring"));
    }

    [Fact]
    public async Task Keys_of_profiles_that_lie_with_what_wraps_the_ring_are_said()
    {
        Assert.Equal(
            "--key-directory holds the key ring, the database or a key-encryption key. References of profiles could read them: give the keys of profiles a directory of their own.",
            await SaidAsync("serve", "--assembly", typeof(StoreWordsTests).Assembly.Location, "--urls", "http://127.0.0.1:0", "--key-directory", anna.PathOf("wrapping")));
    }

    private async Task<string> SaidAsync(params string[] command) => (await anna.RunAsync(command)).Ends(ExitCodes.Unavailable).Error.Trim();

    /// <summary>A store as a host in Development makes it.</summary>
    /// <returns>The file of the ring's key.</returns>
    private async Task<string> ClearRingAsync()
    {
        anna.Set("KEYEDWORKFLOWS_RING_KEY_FILE", null);
        anna.Set("DOTNET_ENVIRONMENT", "Development");
        await anna.AddProfileAsync("client_a", "client-a", Operator.NewKey());
        anna.Set("DOTNET_ENVIRONMENT", null);
        anna.Set("KEYEDWORKFLOWS_RING_KEY_FILE", anna.RingKeyFile);
        return Path.GetFileName(Assert.Single(Directory.GetFiles(Path.Combine(anna.Store, "ring"), "*.xml")));
    }
}
