using System.Globalization;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Testing;

/// <summary>The profiles of a proof: one a client, or, where its slots take different families, one a client and slot. Each has a key of its own, which a rotation replaces.</summary>
internal sealed class IsolationProfiles
{
    private const string Model = "isolation-model";

    private readonly InMemoryProfileStore _store = new();
    private readonly IsolationLedger _ledger;
    private readonly ModelServer _server;
    private readonly string[] _families;
    private readonly bool _onePerSlot;
    private readonly Lock _rotating = new();
    private int _rotations;

    public IsolationProfiles(WorkflowDefinition workflow, IsolationOptions options, IsolationLedger ledger, ModelServer server)
    {
        (_ledger, _server) = (ledger, server);
        _families = [.. workflow.Slots.Select(slot => FamilyOf(slot, options.Provider))];
        var common = options.Provider ?? workflow.Slots.SelectMany(static slot => slot.Providers).Append("openai").FirstOrDefault(family => workflow.Slots.All(slot => Takes(slot, family)));
        _onePerSlot = common is null;
        if (common is not null)
            Array.Fill(_families, common);
        Payers = [.. Enumerable.Range(0, options.Profiles).Select(number => new IsolationPayer(options.ProfileName(number), number))];
        foreach (var payer in Payers)
            Write(payer, 0);
    }

    public IProfileStore Store => _store;

    public IReadOnlyList<IsolationPayer> Payers { get; }

    /// <summary>The families that the proof's credentials are of.</summary>
    public IEnumerable<string> Families => _families.Distinct(StringComparer.Ordinal);

    public int Rotations => Volatile.Read(ref _rotations);

    /// <summary>What a call gives for a run.</summary>
    public RunCredentials CredentialsOf(IsolationPayer payer)
    {
        return _onePerSlot ? RunCredentials.PerSlot([.. _families.Select((_, slot) => (Credential?)Of(slot))]) : RunCredentials.For(Of(null));

        Credential Of(int? slot) => payer.ProfileName switch
        {
            null => Credential.ApiKey(payer.Key, _server.Endpoint),
            var name => Credential.Profile(slot is { } number ? NameOf(name, number) : name),
        };
    }

    /// <summary>A payer for one run alone.</summary>
    public IsolationPayer OwnKey(int run)
    {
        IsolationPayer payer = new(null, run);
        payer.Key = NewKey(payer, 0);
        return payer;
    }

    /// <summary>Replaces the key of the next profile. The old one stays accepted by the server: requests that are on their way with it are no fault.</summary>
    public void RotateNext()
    {
        lock (_rotating)
        {
            var payer = Payers[_rotations++ % Payers.Count];
            Write(payer, payer.Generation + 1);
        }
    }

    private void Write(IsolationPayer payer, int generation)
    {
        for (var slot = 0; slot < (_onePerSlot ? _families.Length : 1); slot++)
        {
            payer.Key = NewKey(payer, generation);
            var name = _onePerSlot ? NameOf(payer.ProfileName!, slot) : payer.ProfileName!;
            _store.Set(new StoredProfile
            {
                Id = "isolation-" + name,
                Name = name,
                Tenant = payer.ProfileName,
                Provider = _families.Length == 0 ? "openai" : _families[slot],
                ApiKey = payer.Key,
                Endpoint = _server.Endpoint,
                Model = Model,
                EmbeddingModel = Model,
                Revision = "",
            });
        }
        payer.Generation = generation;
    }

    private Secret NewKey(IsolationPayer payer, int generation)
    {
        var key = "key-" + Guid.NewGuid().ToString("N");
        _server.Keys.Add(key);
        _ledger.Add(payer, key, generation);
        return Secret.From(key);
    }

    private static string NameOf(string payer, int slot) => string.Create(CultureInfo.InvariantCulture, $"{payer}.{slot}");

    private static string FamilyOf(SlotDefinition slot, string? wanted) =>
        wanted is not null && Takes(slot, wanted) ? wanted : slot.Providers.Count == 0 || slot.Providers.Contains("openai") ? "openai" : slot.Providers[0];

    private static bool Takes(SlotDefinition slot, string family) => slot.Providers.Count == 0 || slot.Providers.Contains(family, StringComparer.OrdinalIgnoreCase);
}
