using KeyedWorkflows.Cli.Commands.Limits;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Server;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>How profiles are shown: without their secrets, and with what tells one key from another.</summary>
internal static class ProfileView
{
    public static void Write(Invocation call, IReadOnlyList<ProfileListing> profiles)
    {
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteList("profiles", profiles, AdministrationJson.Write);
                json.WriteEndObject();
            });
            return;
        }
        var table = new Table("NAME", "TENANT", "PROVIDER", "MODEL", "STATE", "KEY");
        foreach (var profile in profiles)
            table.Add(profile.Name, profile.Tenant, profile.Provider, profile.Model, StateOf(profile), profile.KeyReference ?? profile.KeyFingerprint);
        table.WriteTo(call.Terminal);
    }

    public static void Write(Invocation call, ProfileListing profile)
    {
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json => AdministrationJson.Write(json, profile));
            return;
        }
        var details = new Details()
            .Add("name", profile.Name).Add("id", profile.Id).Add("tenant", profile.Tenant ?? "none: the operator's own").Add("provider", profile.Provider).Add("endpoint", profile.Endpoint?.OriginalString)
            .Add("organization", profile.Organization).Add("project", profile.Project).Add("headers", string.Join(", ", profile.HeaderNames)).Add("model", profile.Model).Add("embedding model", profile.EmbeddingModel);
        foreach (var (asked, called) in profile.Models.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            details.Add("model " + asked, called);
        foreach (var (label, value) in profile.Labels.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            details.Add("label " + label, value);
        details.Add("limits", LimitsView.Text(profile.Limits)).Add("runs at once", profile.ConcurrentRuns?.ToString(System.Globalization.CultureInfo.InvariantCulture)).Add("state", StateOf(profile)).Add("fault", profile.Fault).Add("key", profile.KeyReference ?? (profile.KeyFingerprint is { } print ? $"fingerprint {print}" : "none")).WriteTo(call.Output);
    }

    /// <summary>What was done to one: for people a sentence, for scripts the profile.</summary>
    public static int Done(Invocation call, ProfileListing profile, string sentence)
    {
        if (call.IsJson)
            Write(call, profile);
        else
            call.Output.WriteLine(Printable.Of(sentence));
        return ExitCodes.Done;
    }

    private static string StateOf(ProfileListing profile) => profile.FaultCode ?? (profile.Enabled ? "enabled" : "disabled");
}
