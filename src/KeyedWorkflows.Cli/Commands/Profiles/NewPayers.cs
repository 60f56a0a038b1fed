using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>
/// Warns of profiles that runs may use now and cannot: one that has no key, and the second of a tenant and a provider, as which of two pays is then nobody's word, and runs that name the tenant alone are refused.
/// </summary>
internal static class NewPayers
{
    /// <param name="call">The command.</param>
    /// <param name="before">The profiles that there were.</param>
    /// <param name="enabled">Those that runs may use now, and could not before.</param>
    public static void Warn(Invocation call, IReadOnlyList<ProfileListing> before, IEnumerable<ProfileListing> enabled)
    {
        var payers = enabled.ToList();
        foreach (var keyless in payers.Where(static profile => profile is { Enabled: true, KeyFingerprint: null, KeyReference: null }))
            call.Terminal.Say($"Warning: profile '{keyless.Name}' is enabled and has no key: runs that it is to pay for are refused. Give it one with: workflows profiles rotate {keyless.Name}");
        foreach (var group in payers.Where(static profile => profile is { Enabled: true, Tenant: not null }).GroupBy(static profile => (profile.Tenant, profile.Provider)))
        {
            string[] names = [.. before.Where(profile => profile is { Enabled: true, Fault: null } && (profile.Tenant, profile.Provider) == group.Key).Concat(group).Select(static profile => profile.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            if (names.Length < 2)
                continue;
            call.Terminal.Say(
                $"Warning: tenant '{group.Key.Tenant}' has several enabled profiles of provider '{group.Key.Provider}': {string.Join(", ", names)}. Its runs that name no profile, as those of a token that is pinned to it, are refused: "
                + "disable all but one (workflows profiles disable NAME), or name the one that pays in each run (workflows run … --profile NAME).");
        }
    }
}
