using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>A host with a thousand clients, as a service would set it up.</summary>
internal static class ChainHost
{
    private const int ProfileCount = 1_000;

    /// <summary>The profile that pays for the measured runs.</summary>
    public static string Profile { get; } = Profiles.NameOf(ProfileCount / 2);

    public static ServiceProvider Create()
    {
        ServiceCollection services = new();
        services.AddScoped<ScopedCounter>();
        services.AddWorkflows(static workflows =>
        {
            workflows.AddProvider(new IdleProvider());
            for (var i = 0; i < ProfileCount; i++)
                workflows.AddProfile(Profiles.Make(i, "idle"));
        });
        return services.BuildServiceProvider();
    }
}
