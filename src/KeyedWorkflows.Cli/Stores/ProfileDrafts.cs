using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Stores;

/// <summary>What is there, as a draft of what it is to become: key and headers are left out, and so stay.</summary>
internal static class ProfileDrafts
{
    public static ProfileDraft Of(ProfileListing profile) => new()
    {
        Name = profile.Name,
        Tenant = profile.Tenant,
        Provider = profile.Provider,
        Endpoint = profile.Endpoint,
        Organization = profile.Organization,
        Project = profile.Project,
        Model = profile.Model,
        EmbeddingModel = profile.EmbeddingModel,
        Models = profile.Models,
        Labels = profile.Labels,
        Limits = profile.Limits,
        Enabled = profile.Enabled,
    };

    public static TokenDraft Of(AccessToken token) => new()
    {
        Name = token.Name,
        Workflows = token.Workflows,
        Tenants = token.Tenants,
        ProfileIds = token.ProfileIds,
        PinnedTenant = token.PinnedTenant,
        MaySendKey = token.MaySendKey,
        RequestsPerMinute = token.RequestsPerMinute,
        ConcurrentRuns = token.ConcurrentRuns,
        ExpiresAt = token.ExpiresAt,
        Limits = token.Limits,
    };
}
