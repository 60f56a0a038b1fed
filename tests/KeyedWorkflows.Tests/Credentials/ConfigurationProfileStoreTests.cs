using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Tests.Credentials;

public sealed class ConfigurationProfileStoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_list_says_of_itself_to_the_compiler_is_no_fault()
    {
        var (store, _) = Open(("ProfilesAreComplete", "true"), ("Profiles:client_a:Provider", "openai"));

        Assert.NotNull(await store.FindByNameAsync("client_a", Token));
    }

    [Fact]
    public async Task A_profile_is_read_from_its_section()
    {
        var key = Profiles.NewKey();
        var (store, _) = Open(
            ("DefaultProfile", "client_a"),
            ("Profiles:client_a:Tenant", "acme"),
            ("Profiles:client_a:Provider", "openai"),
            ("Profiles:client_a:ApiKey", " " + key + "\n"),
            ("Profiles:client_a:Model", "gpt-4o"),
            ("Profiles:client_a:EmbeddingModel", "embed"),
            ("Profiles:client_a:Endpoint", "http://localhost:1234/v1"),
            ("Profiles:client_a:Organization", "org"),
            ("Profiles:client_a:Project", "project"),
            ("Profiles:client_a:Headers:X-Key", "value"),
            ("Profiles:client_a:Models:gpt-4o", "acme-prod-4o"),
            ("Profiles:client_a:Labels:Contract", "2026 a"),
            ("Profiles:client_a:Enabled", "false"),
            ("Profiles:client_a:Id", "Id-1"));

        var profile = await store.FindByNameAsync("client_a", Token);

        Assert.NotNull(profile);
        Assert.Equal(("Id-1", "acme", "openai", "gpt-4o", "embed"), (profile.Id, profile.Tenant, profile.Provider, profile.Model, profile.EmbeddingModel));
        Assert.Equal(key, profile.ApiKey?.Reveal());
        Assert.Equal(new Uri("http://localhost:1234/v1"), profile.Endpoint);
        Assert.Equal(("org", "project"), (profile.Organization, profile.Project));
        Assert.Equal("value", profile.Headers["X-Key"].Reveal());
        Assert.Equal("acme-prod-4o", profile.Models["GPT-4o"]);
        Assert.Equal("2026 a", profile.Labels["Contract"]);
        Assert.False(profile.Enabled);
        Assert.Same(profile, await store.FindByIdAsync("Id-1", Token));
        Assert.Same(profile, Assert.Single(await store.FindByTenantAsync("acme", Token)));
        Assert.Equal(Credential.Profile("client_a"), store.Current);
    }

    [Fact]
    public async Task An_id_is_derived_from_the_name_and_the_same_in_each_process()
    {
        var (first, _) = Open(("Profiles:a:Provider", "openai"), ("Profiles:b:Provider", "openai"));
        var (second, _) = Open(("Profiles:a:Provider", "openai"));

        var id = (await first.FindByNameAsync("a", Token))!.Id;

        Assert.True(ProfileNames.IsValidId(id));
        Assert.Equal(id, (await second.FindByNameAsync("a", Token))!.Id);
        Assert.NotEqual(id, (await first.FindByNameAsync("b", Token))!.Id);
    }

    [Fact]
    public void Without_a_section_there_are_no_profiles_and_no_default()
    {
        var (store, _) = Open();

        Assert.Empty(store.Names);
        Assert.Null(store.Current);
    }

    [Fact]
    public async Task A_change_of_one_profile_gives_a_new_revision_to_that_one_alone()
    {
        var (store, source) = Open(("Profiles:a:Provider", "openai"), ("Profiles:a:Headers:X-A", "1"), ("Profiles:b:Provider", "openai"), ("Profiles:b:Model", "one"));
        var a = await store.FindByNameAsync("a", Token);
        var b = await store.FindByNameAsync("b", Token);

        source.Change(("Profiles:b:Model", "two"));
        var changed = await store.FindByNameAsync("b", Token);
        source.Change(("Profiles:b:Model", "one"));
        var restored = await store.FindByNameAsync("b", Token);

        Assert.Same(a, await store.FindByNameAsync("a", Token));
        Assert.Equal("two", changed?.Model);
        Assert.Equal(3, new[] { b!.Revision, changed!.Revision, restored!.Revision }.Distinct().Count());
    }

    [Fact]
    public async Task A_profile_that_turns_faulty_cannot_be_used_and_the_rest_lives()
    {
        var (store, source) = Open(("DefaultProfile", "a"), ("Profiles:a:Provider", "openai"), ("Profiles:b:Provider", "openai"));
        var key = Profiles.NewKey();

        source.Change(("Profiles:b:ApiKey", key + " " + key), ("DefaultProfile", ""));

        Assert.NotNull(await store.FindByNameAsync("a", Token));
        Assert.Null(await store.FindByNameAsync("b", Token));
        Assert.Equal(default(Credential), store.Current);
        Assert.Contains(source.Lines, line => line.Contains("'b'", StringComparison.Ordinal) && line.Contains("ApiKey", StringComparison.Ordinal));
        Assert.All(source.Lines, line => Assert.DoesNotContain(key, line, StringComparison.Ordinal));

        source.Change(("Profiles:b:ApiKey", key), ("DefaultProfile", "b"));
        Assert.Equal(key, (await store.FindByNameAsync("b", Token))?.ApiKey?.Reveal());
        Assert.Equal(Credential.Profile("b"), store.Current);
    }

    [Theory]
    [InlineData("ApiKey", "a b CANARY")]
    [InlineData("ApiKey", "")]
    [InlineData("Tenant", "A CANARY")]
    [InlineData("Tenant", "")]
    [InlineData("Provider", "")]
    [InlineData("Endpoint", "nowhere CANARY")]
    [InlineData("Endpoint", "ftp://CANARY")]
    [InlineData("Endpoint", "https://user:CANARY@localhost")]
    [InlineData("Endpoint", "https://localhost/?key=CANARY")]
    [InlineData("Endpoint", "https://localhost/#CANARY")]
    [InlineData("Enabled", "perhaps CANARY")]
    [InlineData("Id", "a b CANARY")]
    [InlineData("Model", " ")]
    [InlineData("Organization", "a\r\nCANARY: 1")]
    [InlineData("Headers:X-A", "a b CANARY")]
    [InlineData("Headers:Host", "CANARY")]
    [InlineData("Headers:Bad Name", "CANARY")]
    [InlineData("Models:gpt", "")]
    [InlineData("Labels:gpt:deep", "CANARY")]
    [InlineData("Enabeld", "CANARY")]
    public void A_faulty_field_refuses_the_start_by_profile_and_field_and_never_by_value(string field, string value)
    {
        var error = Assert.Throws<InvalidOperationException>(() => Open(("Profiles:client_a:Provider", "openai"), ("Profiles:client_a:" + field, value)));

        Assert.Contains("client_a", error.Message, StringComparison.Ordinal);
        Assert.Contains(field == "Enabeld" ? "unknown field" : field.Split(':')[0], error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("CANARY", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_provider_refuses_the_start() =>
        Assert.Contains("Provider is missing", Assert.Throws<InvalidOperationException>(() => Open(("Profiles:a:Model", "m"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_key_as_name_refuses_the_start_without_echo()
    {
        var key = "sk-" + Guid.NewGuid().ToString("N");

        var named = Assert.Throws<InvalidOperationException>(() => Open(($"Profiles:{key}:Provider", "openai")));
        var chosen = Assert.Throws<InvalidOperationException>(() => Open(("DefaultProfile", key)));
        var single = Assert.Throws<InvalidOperationException>(() => Open(("Profiles:client_a", key)));

        Assert.All([named, chosen, single], error => Assert.DoesNotContain(key, error.ToString(), StringComparison.Ordinal));
        Assert.Contains("number 1", named.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_profiles_of_one_id_are_both_unusable()
    {
        var (store, source) = Open(("Profiles:a:Provider", "openai"), ("Profiles:b:Provider", "openai"));

        source.Change(("Profiles:a:Id", "same"), ("Profiles:b:Id", "same"));

        Assert.Null(await store.FindByNameAsync("a", Token));
        Assert.Null(await store.FindByNameAsync("b", Token));
        Assert.Null(await store.FindByIdAsync("same", Token));
    }

    private static (ConfigurationProfileStore Store, Source Source) Open(params (string Key, string Value)[] values)
    {
        var source = new Source();
        foreach (var (key, value) in values)
            source.Set("KeyedWorkflows:" + key, value);
        var root = new ConfigurationBuilder().Add(source).Build();
        return (new ConfigurationProfileStore(root, new Logger<ConfigurationProfileStore>(new LoggerFactory([source]))), source);
    }

    private sealed class Source : ConfigurationProvider, IConfigurationSource, ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public void Change(params (string Key, string Value)[] values)
        {
            foreach (var (key, value) in values)
                Set("KeyedWorkflows:" + key, value);
            OnReload();
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
