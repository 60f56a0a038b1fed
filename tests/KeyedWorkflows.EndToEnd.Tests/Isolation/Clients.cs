using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;

namespace KeyedWorkflows.EndToEnd.Tests.Isolation;

/// <summary>The clients of the proof: each has a profile in a configuration that is changed while runs go on, and keys, each of which is one client's for good.</summary>
internal sealed class Clients
{
    private readonly ConcurrentDictionary<string, KeyOwner> owners = new(StringComparer.Ordinal);
    private readonly int[] generations;
    private readonly IConfigurationRoot configuration;
    private readonly Action<string> accept;

    public Clients(int count, Uri endpoint, Action<string> accept)
    {
        Count = count;
        this.accept = accept;
        generations = new int[count];
        configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
        for (var client = 0; client < count; client++)
        {
            configuration[Setting(client, "Tenant")] = Name(client);
            configuration[Setting(client, "Provider")] = "openai";
            configuration[Setting(client, "Endpoint")] = endpoint.ToString();
            configuration[Setting(client, "ApiKey")] = NewKey(new KeyOwner(client));
        }
    }

    public int Count { get; }

    public int Rotations { get; private set; }

    public IConfiguration Configuration => configuration;

    public static string Name(int client) => FormattableString.Invariant($"client{client}");

    public static string Profile(int client) => FormattableString.Invariant($"client{client}_openai");

    /// <summary>How often the key of the client's profile was replaced. A run that starts now must use no key from before.</summary>
    public int GenerationOf(int client) => Volatile.Read(ref generations[client]);

    /// <summary>A key that the server accepts from now on.</summary>
    public string NewKey(KeyOwner owner)
    {
        var key = $"{Name(owner.Client)}-{Guid.NewGuid():N}";
        owners[key] = owner;
        accept(key);
        return key;
    }

    public KeyOwner? OwnerOf(string key) => owners.GetValueOrDefault(key);

    /// <summary>Gives every seventh client a new key, from this one on, and has the configuration read again.</summary>
    public void Rotate(int first)
    {
        lock (configuration)
        {
            for (var client = first % 7; client < Count; client += 7)
                configuration[Setting(client, "ApiKey")] = NewKey(new KeyOwner(client) { Generation = generations[client] + 1 });
            configuration.Reload();
            for (var client = first % 7; client < Count; client += 7)
                Volatile.Write(ref generations[client], generations[client] + 1);
            Rotations++;
        }
    }

    private static string Setting(int client, string field) => $"KeyedWorkflows:Profiles:{Profile(client)}:{field}";
}
