using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows.Storage.Tests;

public sealed class DevelopmentTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("kw-content-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task In_Development_nothing_has_to_be_set()
    {
        string id;
        using (var services = Open("Development"))
            id = (await services.GetRequiredService<ProfileAdministration>().CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken)).Id;

        using var after = Open("Development");

        Assert.Null((await after.GetRequiredService<ProfileAdministration>().FindByIdAsync(id, TestContext.Current.CancellationToken))!.Fault);
        Assert.True(File.Exists(Path.Combine(root, ".keyedworkflows", "database", "workflows.db")));
        Assert.Single(Directory.GetFiles(Path.Combine(root, ".keyedworkflows", "ring")));

        // What lies there opens every key, and lies within a project.
        Assert.Equal("*\n", File.ReadAllText(Path.Combine(root, ".keyedworkflows", ".gitignore")));
    }

    [Fact]
    public void Elsewhere_the_default_ring_which_nothing_wraps_refuses_the_start()
    {
        using var services = Open("Production");

        Assert.Contains("clear text", Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<ProfileAdministration>()).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(root));
    }

    [Fact]
    public void A_store_is_added_once()
    {
        var services = new ServiceCollection();
        services.AddWorkflows(static workflows => workflows.AddSqliteStorage());

        Assert.Throws<InvalidOperationException>(() => services.AddWorkflows(static workflows => workflows.AddSqliteStorage()));
        Assert.Throws<InvalidOperationException>(() => services.AddWorkflows(static workflows => workflows.AddPostgreSqlStorage("Host=localhost")));
    }

    private ServiceProvider Open(string environment)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IHostEnvironment>(new HostEnvironment(environment, root));
        services.AddWorkflows(static workflows => workflows.AddSqliteStorage());
        return services.BuildServiceProvider();
    }
}
