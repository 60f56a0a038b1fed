using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Puts keys in the place of the references that profiles hold. What comes out has a revision of its own for each value, so that whatever is cached for a key is not used for the next. Safe for use from several threads.
/// </summary>
internal sealed class SecretReferences
{
    /// <summary>How many references are held. Beyond it, those that were used longest ago are forgotten.</summary>
    private const int Capacity = 20_000;

    private const int MaxLength = 2_048;

    /// <summary>Longer than a timer can wait, and than anybody means.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private const string NoForm = "it is not of the form scheme:reference, such as env:…, file:… or azure-kv:….";

    private readonly Dictionary<string, ISecretVault> vaults = new(StringComparer.Ordinal);
    private readonly SecretReferenceOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ConcurrentDictionary<string, HeldSecret> held = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<StoredProfile, Resolved> resolved = [];

    /// <param name="options">What is allowed.</param>
    /// <param name="root">Where relative paths begin.</param>
    /// <param name="added">Vaults that the host added.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The host's log.</param>
    /// <exception cref="InvalidOperationException">Options or vaults do not go together.</exception>
    public SecretReferences(SecretReferenceOptions options, string root, IEnumerable<ISecretVault> added, TimeProvider time, ILogger logger)
    {
        this.options = options;
        this.time = time;
        this.logger = logger;
        if (options.CacheFor <= TimeSpan.Zero || options.ReadTimeout <= TimeSpan.Zero || options.MaxStale < TimeSpan.Zero || options.CacheFor > Longest || options.ReadTimeout > Longest || options.MaxStale > Longest)
        {
            throw new InvalidOperationException(
                $"{nameof(SecretReferenceOptions)}: {nameof(options.CacheFor)} and {nameof(options.ReadTimeout)} are above zero, {nameof(options.MaxStale)} is not below it, and none is longer than {Longest.TotalDays} days.");
        }
        if (options.AllowEnvironment)
            Add(new EnvironmentVault());
        if (options.FileDirectory is not null)
            Add(new FileVault(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(root, options.FileDirectory)))));
        foreach (var vault in added)
        {
            if (vault.Scheme is "env" or "file" || !IsScheme(vault.Scheme))
                throw new InvalidOperationException($"A secret vault ({vault.GetType().Name}) has a scheme that is the host's own, or does not match [a-z][a-z0-9-]{{0,31}}.");
            Add(vault);
        }
    }

    /// <summary>Says what is wrong with a reference that is to be stored.</summary>
    /// <returns>Null where nothing is. The sentence repeats nothing of the reference: it may be a key in the wrong place.</returns>
    public string? FirstFault(string reference, bool isOfApi)
    {
        if (isOfApi && !options.AllowFromAdministrationApi)
            return $"references cannot be stored over the administration API here. Give the key itself, or let the host's operator allow it ({nameof(StorageOptions)}.{nameof(StorageOptions.SecretReferences)}.{nameof(options.AllowFromAdministrationApi)}).";
        if (options.TakesUnread)
            return IsForm(reference) ? null : NoForm;
        return FirstFault(reference, out _, out _);
    }

    /// <summary>The profile as it is to be used. One that holds a reference comes out with its key, or with why there is none.</summary>
    public ValueTask<StoredProfile> ResolveAsync(StoredProfile profile)
    {
        if (profile.KeyReference is null || !profile.Enabled || profile.Fault is not null)
            return new(profile);
        if (FirstFault(profile.KeyReference, out var vault, out var rest) is { } fault)
            return new(Refused(profile, SchemeOf(profile.KeyReference), $"{fault} Allow it in the host's options, or give the profile another key."));
        var secret = held.TryGetValue(profile.KeyReference, out var known) ? known : Hold(profile.KeyReference, vault!, rest);
        return secret.TryGet(out var value) ? new(With(profile, value)) : new(ResolveLaterAsync(profile, secret));
    }

    private static StoredProfile Refused(StoredProfile profile, string scheme, string why) => profile with
    {
        ApiKey = null,
        Fault = new ProfileFault(WorkflowErrorCodes.SecretUnavailable, $"The key of profile '{profile.Name}' is a reference ({scheme}) that leads to none now: {why}"),
    };

    private static string SchemeOf(string reference) => reference.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && IsScheme(reference[..colon]) ? reference[..colon] : "malformed";

    private static bool IsForm(string reference) => reference.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && reference.Length <= MaxLength && IsScheme(reference[..colon]);

    private static bool IsScheme(string scheme) => scheme.Length is > 0 and <= 32 && char.IsAsciiLetterLower(scheme[0]) && scheme.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private async Task<StoredProfile> ResolveLaterAsync(StoredProfile profile, HeldSecret secret)
    {
        var (value, why) = await secret.GetAsync().ConfigureAwait(false);
        return value is null ? Refused(profile, secret.Scheme, why!) : With(profile, value);
    }

    private string? FirstFault(string reference, out ISecretVault? vault, out string rest)
    {
        vault = null;
        rest = "";
        if (!IsForm(reference))
            return NoForm;
        var colon = reference.IndexOf(':', StringComparison.Ordinal);
        if (!vaults.TryGetValue(reference[..colon], out vault))
            return $"this host allows no references of its scheme (it allows: {(vaults.Count == 0 ? "none" : string.Join(", ", vaults.Keys.Order(StringComparer.Ordinal)))}).";
        rest = reference[(colon + 1)..];
        return vault.FirstFault(rest);
    }

    private HeldSecret Hold(string reference, ISecretVault vault, string rest)
    {
        if (held.Count >= Capacity)
        {
            foreach (var (old, _) in held.ToArray().OrderBy(static one => one.Value.LastUsed).Take(Capacity / 10))
                held.TryRemove(old, out _);
        }
        return held.GetOrAdd(reference, new HeldSecret(vault, rest, options, time, logger));
    }

    /// <summary>One profile for each value: what is kept with it, such as the mark of its key, is made once.</summary>
    private StoredProfile With(StoredProfile profile, HeldValue value)
    {
        if (resolved.TryGetValue(profile, out var known) && known.Mark == value.Mark)
            return known.Profile;
        var made = new Resolved(value.Mark, profile with { ApiKey = value.Secret, Revision = $"{profile.Revision}-{value.Mark}" });
        resolved.AddOrUpdate(profile, made);
        return made.Profile;
    }

    private void Add(ISecretVault vault)
    {
        if (!vaults.TryAdd(vault.Scheme, vault))
            throw new InvalidOperationException($"Two secret vaults have the scheme '{vault.Scheme}'. Add one of them.");
    }

    private sealed record Resolved(string Mark, StoredProfile Profile);
}
