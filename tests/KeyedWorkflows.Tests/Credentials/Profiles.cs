namespace KeyedWorkflows.Tests.Credentials;

/// <summary>Profiles for tests, with keys made at run time.</summary>
internal static class Profiles
{
    public static string NewKey() => "key-" + Guid.NewGuid().ToString("N");

    public static StoredProfile Of(string name, string? tenant = null, string provider = "openai", string? model = "model-1", bool enabled = true) => new()
    {
        Id = "id-" + name,
        Name = name,
        Tenant = tenant,
        Provider = provider,
        Model = model,
        Enabled = enabled,
        ApiKey = Secret.From(NewKey()),
        Revision = "",
    };
}
