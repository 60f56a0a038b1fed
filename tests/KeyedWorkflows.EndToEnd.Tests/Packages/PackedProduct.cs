using KeyedWorkflows.EndToEnd.Tests.Builds;

namespace KeyedWorkflows.EndToEnd.Tests.Packages;

/// <summary>The packages of this product, packed once for all tests into a folder that serves as a feed.</summary>
public sealed class PackedProduct : IDisposable
{
    private readonly ScratchFolder folder = new();
    private readonly Lazy<Task<string>> feed;

    /// <summary>Packs nothing until a test asks for it.</summary>
    public PackedProduct() => feed = new(PackAsync);

    /// <summary>A version of this run's own, so that no cache holds another build of it.</summary>
    public string Version { get; } = $"0.1.0-test.{Guid.NewGuid():N}";

    /// <summary>The ids of the packages: one for each project of <c>src</c>.</summary>
    public static IReadOnlyList<string> Ids { get; } = [.. Directory.GetFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).Where(static name => name!.StartsWith("KeyedWorkflows", StringComparison.Ordinal)).Order(StringComparer.Ordinal)!];

    /// <summary>The folder that the packages lie in.</summary>
    public Task<string> FeedAsync() => feed.Value;

    /// <summary>The file of a package.</summary>
    public async Task<string> FileOfAsync(string id) => Path.Combine(await FeedAsync(), $"{id}.{Version}.nupkg");

    /// <summary>Makes a folder outside of the repository where the packages can be installed from, beside the machine's ordinary sources. What is installed of them is gone with the folder.</summary>
    internal async Task<ScratchFolder> ScratchAsync()
    {
        var scratch = new ScratchFolder();
        var machine = (await ChildProcess.DotNetAsync(scratch.Path, "nuget", "locals", "global-packages", "--list")).Succeeds().Output.Split("global-packages:")[1].Trim();
        scratch.Write("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <fallbackPackageFolders><add key="machine" value="{machine}" /></fallbackPackageFolders>
              <packageSources><add key="packed" value="{await FeedAsync()}" /></packageSources>
            </configuration>
            """);

        // Nothing of a folder above is taken up.
        foreach (var name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
            scratch.Write(name, "<Project />");
        scratch.Write(".editorconfig", "root = true\n");
        File.Copy(Repository.PathOf("global.json"), scratch.PathOf("global.json"));
        return scratch;
    }

    public void Dispose() => folder.Dispose();

    private async Task<string> PackAsync()
    {
        // Folders of its own, so that it disturbs no other build; the lock files are read, and never written.
        foreach (var id in Ids)
        {
            (await ChildProcess.DotNetAsync(
                folder.Path,
                ["pack", Repository.PathOf($"src/{id}"), "-o", folder.PathOf("feed"), "--artifacts-path", folder.PathOf("artifacts"), $"-p:Version={Version}", "-p:RestoreLockedMode=true", "--disable-build-servers", "-tl:off"])).Succeeds();
        }
        return folder.PathOf("feed");
    }
}
