using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;

namespace KeyedWorkflows.Tests.Credentials;

/// <summary>Configuration that changes while it is read.</summary>
public sealed class ConfigurationReloadTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_profile_never_has_the_key_of_one_state_and_the_endpoint_of_another()
    {
        var source = new Shifting();
        using var store = Open(source);

        // The next state comes in when the reading has come as far as the endpoint: the key before it was the old one's.
        for (var state = 1; state <= 20; state++)
        {
            source.ShiftAt = "Endpoint";
            source.Reload();
            var profile = (await store.FindByNameAsync("a", Token))!;
            Assert.Equal(profile.ApiKey!.Reveal()["key-".Length..], profile.Endpoint!.AbsolutePath["/state".Length..]);
            Assert.Equal(source.State.ToString(System.Globalization.CultureInfo.InvariantCulture), profile.ApiKey.Reveal()["key-".Length..]);
        }
    }

    [Fact]
    public async Task A_source_that_cannot_be_read_leaves_what_was_read_before()
    {
        var source = new Shifting();
        using var store = Open(source);
        var before = await store.FindByNameAsync("a", Token);

        source.Fails = true;
        source.Reload();
        Assert.Same(before, await store.FindByNameAsync("a", Token));

        source.Fails = false;
        source.ShiftAt = "Tenant";
        source.Reload();
        Assert.NotSame(before, await store.FindByNameAsync("a", Token));
    }

    [Fact]
    public async Task A_file_that_is_broken_is_not_taken_for_an_empty_one()
    {
        var folder = Directory.CreateTempSubdirectory("keyedworkflows-");
        try
        {
            var path = Path.Combine(folder.FullName, "profiles.json");
            await File.WriteAllTextAsync(path, """{ "KeyedWorkflows": { "Profiles": { "a": { "Provider": "openai" } } } }""", Token);
            var root = new ConfigurationBuilder().AddJsonFile(path, optional: false, reloadOnChange: false).Build();
            using var store = new ConfigurationProfileStore(root, NullLogger<ConfigurationProfileStore>.Instance);

            await File.WriteAllTextAsync(path, """{ "KeyedWorkflows": { "Profiles": { "a": { "Prov""", Token);
            Assert.ThrowsAny<Exception>(root.Reload);
            Assert.NotNull(await store.FindByNameAsync("a", Token));

            await File.WriteAllTextAsync(path, """{ "KeyedWorkflows": { "Profiles": { "b": { "Provider": "openai" } } } }""", Token);
            root.Reload();
            Assert.Null(await store.FindByNameAsync("a", Token));
            Assert.NotNull(await store.FindByNameAsync("b", Token));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_disposed_store_hears_of_no_change()
    {
        var source = new Shifting();
        var store = Open(source);
        var before = await store.FindByNameAsync("a", Token);

        store.Dispose();
        source.ShiftAt = "Tenant";
        source.Reload();

        Assert.Same(before, await store.FindByNameAsync("a", Token));
    }

    private static ConfigurationProfileStore Open(Shifting source) => new(new ConfigurationBuilder().Add(source).Build(), NullLogger<ConfigurationProfileStore>.Instance);

    /// <summary>A source whose next state comes in at the look-up of a field.</summary>
    private sealed class Shifting : IConfigurationProvider, IConfigurationSource
    {
        private ConfigurationReloadToken token = new();

        public int State { get; private set; } = 100;

        public string? ShiftAt { get; set; }

        public bool Fails { get; set; }

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public void Reload() => Interlocked.Exchange(ref token, new ConfigurationReloadToken()).OnReload();

        public IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath)
        {
            if (Fails)
                throw new InvalidDataException("half a file");
            return parentPath switch
            {
                "KeyedWorkflows" => ["Profiles"],
                "KeyedWorkflows:Profiles" => ["a"],
                "KeyedWorkflows:Profiles:a" => ["ApiKey", "Endpoint", "Provider", "Tenant"],
                _ => earlierKeys,
            };
        }

        public IChangeToken GetReloadToken() => token;

        public void Load()
        {
        }

        public void Set(string key, string? value) => throw new NotSupportedException();

        public bool TryGet(string key, out string? value)
        {
            if (ShiftAt is not null && key.EndsWith(":" + ShiftAt, StringComparison.Ordinal))
            {
                ShiftAt = null;
                State++;
            }
            value = key switch
            {
                "KeyedWorkflows:Profiles:a:ApiKey" => "key-" + State,
                "KeyedWorkflows:Profiles:a:Endpoint" => "https://models.example/state" + State,
                "KeyedWorkflows:Profiles:a:Provider" => "openai",
                "KeyedWorkflows:Profiles:a:Tenant" => "acme-" + State,
                _ => null,
            };
            return value is not null;
        }
    }
}
