using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace KeyedWorkflows;

/// <summary>
/// Profiles from the section <c>KeyedWorkflows</c> of .NET configuration, for development and seeding. A faulty section refuses the start; after a reload the faulty profiles
/// alone cannot be used, and are logged by name and field. Each look-up is answered from one snapshot, and no snapshot mixes two states of the configuration.
/// </summary>
internal sealed partial class ConfigurationProfileStore : IProfileStore, IListedProfileStore, IHostDefault, IDisposable
{
    public const string SectionName = "KeyedWorkflows";

    /// <summary>A configuration that changes while it is read is read again, so often at most: each change comes back with a notice of its own.</summary>
    private const int MaxReads = 8;

    private readonly IConfigurationSection section;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly IDisposable changes;
    private volatile ProfileSnapshot snapshot;

    /// <exception cref="InvalidOperationException">The section is faulty. The message names profiles and fields, never a value.</exception>
    public ConfigurationProfileStore(IConfiguration configuration, ILogger<ConfigurationProfileStore> logger)
    {
        section = configuration.GetSection(SectionName);
        this.logger = logger;
        snapshot = ProfileSnapshot.Empty;
        IReadOnlyList<string> faults;
        lock (gate)
        {
            // Changes are heard of before the first reading: one that comes in between waits at the gate.
            changes = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
            (snapshot, faults) = Read();
        }
        if (faults.Count == 0)
            return;
        changes.Dispose();
        throw new InvalidOperationException(
            $"The configuration section '{SectionName}' cannot be used:{Environment.NewLine}{string.Join(Environment.NewLine, faults.Select(fault => "- " + fault))}");
    }

    public Credential? Current => snapshot.Default;

    /// <summary>All profiles as they are now.</summary>
    public IReadOnlyCollection<StoredProfile> Profiles => snapshot.ById.Values;

    public IReadOnlyCollection<string> Names => snapshot.ByName.Keys;

    public ValueTask<StoredProfile?> FindByNameAsync(string name, CancellationToken cancellationToken) => new(snapshot.ByName.GetValueOrDefault(name));

    public ValueTask<StoredProfile?> FindByIdAsync(string id, CancellationToken cancellationToken) => new(snapshot.ById.GetValueOrDefault(id));

    public ValueTask<IReadOnlyList<StoredProfile>> FindByTenantAsync(string tenant, CancellationToken cancellationToken) =>
        new(snapshot.ByTenant.TryGetValue(tenant, out var profiles) ? profiles : []);

    public void Dispose() => changes.Dispose();

    private void Reload()
    {
        lock (gate)
        {
            var before = snapshot;
            try
            {
                var (after, faults) = Read();
                snapshot = after;
                foreach (var fault in faults)
                    LogFault(fault);
                var gone = before.ByName.Keys.Count(name => !after.ByName.ContainsKey(name));
                LogReload(after.ByName.Count, gone);
            }
            catch (Exception error)
            {
                // The source's own fault, and its words may hold a value.
                LogUnread(error.GetType().Name);
            }
        }
    }

    /// <summary>
    /// Providers of configuration change under the reader: a profile could get the key of one state and the endpoint of another. So what was read holds only when it reads the same again.
    /// </summary>
    private (ProfileSnapshot Snapshot, IReadOnlyList<string> Faults) Read()
    {
        var read = ProfileSectionReader.Read(section, snapshot);
        for (var times = 1; times < MaxReads; times++)
        {
            var again = ProfileSectionReader.Read(section, read.Snapshot);
            if (again.Snapshot.IsSame(read.Snapshot) && again.Faults.SequenceEqual(read.Faults))
                return again;
            read = again;
        }
        return read;
    }

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "After a change, the configuration could not be read ({Error}). The profiles that were read before it go on.")]
    private partial void LogUnread(string error);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Profiles were read again from configuration: {Count} can be used, {Gone} of those before cannot any more.")]
    private partial void LogReload(int count, int gone);

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "After a change of configuration: {Fault} Until it is mended, what it concerns cannot be used; all else goes on.")]
    private partial void LogFault(string fault);
}
