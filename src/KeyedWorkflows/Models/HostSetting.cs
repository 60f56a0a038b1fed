using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows;

/// <summary>Where the host runs.</summary>
internal static class HostSetting
{
    /// <summary>Whether this is production, by the host's environment, or, where there is no host, by the variables that it would read.</summary>
    public static bool IsProduction(IHostEnvironment? host) => host is not null
        ? host.IsProduction()
        : IsProduction(Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")) || IsProduction(Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT"));

    private static bool IsProduction(string? name) => string.Equals(name, Environments.Production, StringComparison.OrdinalIgnoreCase);
}
