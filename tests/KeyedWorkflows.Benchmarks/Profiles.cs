using System.Globalization;

namespace KeyedWorkflows.Benchmarks;

/// <summary>The clients of a service: each with a name and a key that is made up for this process.</summary>
internal static class Profiles
{
    public static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"client_{number:000000}");

    public static StoredProfile Make(int number, string provider) => new()
    {
        Id = Guid.NewGuid().ToString("N"),
        Name = NameOf(number),
        Tenant = NameOf(number),
        Provider = provider,
        Model = "model",
        ApiKey = Secret.From("key-" + Guid.NewGuid().ToString("N")),
        Revision = "",
    };
}
