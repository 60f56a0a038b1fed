using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace KeyedWorkflows;

/// <summary>
/// Profiles from the section <c>KeyedWorkflows</c> of .NET configuration, for development and seeding. A faulty section refuses the start; after a reload the faulty profiles
/// alone cannot be used, and are logged by name and field. Each look-up is answered from one snapshot.
/// </summary>
internal sealed partial class ConfigurationProfileStore : IProfileStore, IListedProfileStore, IHostDefault, IDisposable
{
    public const string SectionName = "KeyedWorkflows";

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
        var first = ProfileSectionReader.Read(section, ProfileSnapshot.Empty);
        if (first.Faults.Count > 0)
        {
            throw new InvalidOperationException(
                $"The configuration section '{SectionName}' cannot be used:{Environment.NewLine}{string.Join(Environment.NewLine, first.Faults.Select(fault => "- " + fault))}");
        }
        snapshot = first.Snapshot;
        changes = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    public Credential? Current => snapshot.Default;

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
            var read = ProfileSectionReader.Read(section, snapshot);
            snapshot = read.Snapshot;
            foreach (var fault in read.Faults)
                LogFault(fault);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "After a change of configuration: {Fault} Until it is mended, what it concerns cannot be used; all else goes on.")]
    private partial void LogFault(string fault);
}
