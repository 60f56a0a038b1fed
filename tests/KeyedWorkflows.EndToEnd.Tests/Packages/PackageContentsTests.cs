using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using KeyedWorkflows.EndToEnd.Tests.Builds;

namespace KeyedWorkflows.EndToEnd.Tests.Packages;

/// <summary>What lies in the packages: this, all of it, and nothing else.</summary>
[Collection(BuildCollection.Name)]
public sealed partial class PackageContentsTests(PackedProduct product)
{
    private const string ToolFolder = "tools/net10.0/any/";

    /// <summary>SQLite for each machine, which the library that binds it decides.</summary>
    private const string NativeSqlite = ToolFolder + "runtimes/";

    private static readonly Dictionary<string, string[]> Contents = new()
    {
        ["KeyedWorkflows"] =
        [
            "KeyedWorkflows.nuspec",
            "README.md",
            "analyzers/dotnet/cs/KeyedWorkflows.Analyzers.dll",
            "analyzers/dotnet/cs/KeyedWorkflows.CodeFixes.dll",
            "analyzers/dotnet/cs/KeyedWorkflows.Generators.dll",
            "build/KeyedWorkflows.default.globalconfig",
            "build/KeyedWorkflows.props",
            "build/KeyedWorkflows.strict.globalconfig",
            "build/KeyedWorkflows.targets",
            "buildTransitive/KeyedWorkflows.default.globalconfig",
            "buildTransitive/KeyedWorkflows.props",
            "buildTransitive/KeyedWorkflows.strict.globalconfig",
            "buildTransitive/KeyedWorkflows.targets",
            "lib/net10.0/KeyedWorkflows.dll",
            "lib/net10.0/KeyedWorkflows.xml",
        ],
        ["KeyedWorkflows.Cli"] = Tool("KeyedWorkflows.Cli",
        [
            "KeyedWorkflows", "KeyedWorkflows.Cli", "KeyedWorkflows.Client", "KeyedWorkflows.Providers.OpenAI", "KeyedWorkflows.Server", "KeyedWorkflows.Storage",
            "Microsoft.Data.Sqlite", "Microsoft.EntityFrameworkCore", "Microsoft.EntityFrameworkCore.Abstractions", "Microsoft.EntityFrameworkCore.Relational", "Microsoft.EntityFrameworkCore.Sqlite",
            "Microsoft.Extensions.AI", "Microsoft.Extensions.AI.Abstractions", "Microsoft.Extensions.AI.OpenAI", "Microsoft.Extensions.DependencyModel", "Npgsql", "Npgsql.EntityFrameworkCore.PostgreSQL", "OpenAI", "Polly.Core",
            "ReactiveUI.Disposables", "ReactiveUI.Primitives", "ReactiveUI.Primitives.Core", "Refit", "SQLitePCLRaw.batteries_v2", "SQLitePCLRaw.core", "SQLitePCLRaw.provider.e_sqlite3",
            "Spectre.Console", "Spectre.Console.Ansi", "System.ClientModel", "System.CommandLine", "System.Memory.Data", "System.Numerics.Tensors",
        ]),
        ["KeyedWorkflows.Client"] = Library("KeyedWorkflows.Client"),
        ["KeyedWorkflows.Providers.OpenAI"] = Library("KeyedWorkflows.Providers.OpenAI"),
        ["KeyedWorkflows.Server"] = Library("KeyedWorkflows.Server"),
        ["KeyedWorkflows.Storage"] = Library("KeyedWorkflows.Storage"),
        ["KeyedWorkflows.Templates"] =
        [
            "KeyedWorkflows.Templates.nuspec",
            "README.md",
            "content/keyedworkflows-console/.template.config/dotnetcli.host.json",
            "content/keyedworkflows-console/.template.config/template.json",
            "content/keyedworkflows-console/Company.ConsoleApplication1.csproj",
            "content/keyedworkflows-console/Program.cs",
            "content/keyedworkflows-console/Properties/launchSettings.json",
            "content/keyedworkflows-console/Reply.cs",
            "content/keyedworkflows-console/SupportReply.cs",
            "content/keyedworkflows-console/Ticket.cs",
            "content/keyedworkflows-console/Topic.cs",
        ],
        ["KeyedWorkflows.Testing"] = Library("KeyedWorkflows.Testing"),
        ["KeyedWorkflows.Vaults.AzureKeyVault"] = Library("KeyedWorkflows.Vaults.AzureKeyVault"),
    };

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task Each_package_holds_exactly_what_it_should()
    {
        Heavy.Only();
        Assert.Equal(Contents.Keys, PackedProduct.Ids);
        foreach (var (id, expected) in Contents)
            Assert.Equal(expected, (await EntriesOfAsync(id)).Where(static entry => !entry.StartsWith(NativeSqlite, StringComparison.Ordinal)).ToArray());
    }

    /// <summary>The parts see each other's internals, so each goes with the exact version of the others alone, and brings along what the compiler loads.</summary>
    [Fact]
    [Trait("Category", "Heavy")]
    public async Task Each_package_depends_on_the_exact_version_of_the_others_and_on_the_versions_that_it_was_built_with()
    {
        Heavy.Only();
        var exact = $"[{product.Version}]";
        var versions = XDocument.Load(Repository.PathOf("Directory.Packages.props"));

        await DependsOnAsync("KeyedWorkflows", Built("Microsoft.Extensions.AI", "Microsoft.Extensions.Configuration.Binder", "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options", "Polly.Core", "System.Threading.RateLimiting"));
        await DependsOnAsync("KeyedWorkflows.Providers.OpenAI", [Own("KeyedWorkflows"), .. Built("Microsoft.Extensions.AI.OpenAI", "OpenAI")]);
        await DependsOnAsync("KeyedWorkflows.Storage", [Own("KeyedWorkflows"), .. Built("Microsoft.AspNetCore.DataProtection", "Microsoft.EntityFrameworkCore.Sqlite", "Npgsql.EntityFrameworkCore.PostgreSQL")]);
        await DependsOnAsync("KeyedWorkflows.Testing", [Own("KeyedWorkflows"), Own("KeyedWorkflows.Providers.OpenAI")]);
        await DependsOnAsync("KeyedWorkflows.Vaults.AzureKeyVault", [.. Built("Azure.Identity", "Azure.Security.KeyVault.Secrets"), Own("KeyedWorkflows.Storage")]);
        await DependsOnAsync("KeyedWorkflows.Templates", []);

        string Own(string id) => $"{id} {exact} with All";
        string[] Built(params string[] ids) => [.. ids.Select(id => $"{id} {VersionOf(id)} without Build,Analyzers")];
        string VersionOf(string id)
        {
            var version = versions.Descendants("PackageVersion").Single(package => (string?)package.Attribute("Include") == id).Attribute("Version")!.Value;
            return version.StartsWith("$(", StringComparison.Ordinal) ? versions.Descendants(version[2..^1]).Single().Value : version;
        }
    }

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task Each_package_says_what_it_is_and_its_page_leads_nowhere_inside_of_the_repository()
    {
        Heavy.Only();
        foreach (var id in PackedProduct.Ids)
        {
            var about = (await SpecificationOfAsync(id)).Root!.Elements().Single().Elements().ToDictionary(static element => element.Name.LocalName, static element => element.Value, StringComparer.Ordinal);
            Assert.Equal("MIT", about["license"]);
            Assert.Equal("README.md", about["readme"]);
            Assert.False(string.IsNullOrEmpty(about["description"]) || about["description"] == "Package Description", id);
            Assert.Contains("multi-tenant", about["tags"], StringComparison.Ordinal);
            Assert.Equal(product.Version, about["version"]);

            using var package = await OpenAsync(id);
            using var page = new StreamReader(package.GetEntry("README.md")!.Open());
            var text = await page.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.StartsWith($"# {id}\n", text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
            Assert.All(Links().Matches(text), static link => Assert.StartsWith("https://", link.Groups["to"].Value, StringComparison.Ordinal));
        }
    }

    /// <summary>No configuration lies in a package: neither in one of ours, nor, by our set-up, in one of a user's.</summary>
    [Fact]
    [Trait("Category", "Heavy")]
    public async Task PackedPackageHoldsNoAppsettings()
    {
        Heavy.Only();
        foreach (var id in PackedProduct.Ids)
            Assert.DoesNotContain(await EntriesOfAsync(id), IsConfiguration);

        using var scratch = await product.ScratchAsync();
        var library = new InstalledProject(scratch, "Library", product, ["KeyedWorkflows"], "<PropertyGroup><NoWarn>$(NoWarn);NU5104</NoWarn></PropertyGroup>");
        string[] configuration = ["appsettings.json", "appsettings.Production.json", "profiles.json", "Properties/launchSettings.json"];
        foreach (var file in configuration)
            library.Write(file, "{}");
        library.Write(".env", "A=b");
        library.Write("local.env", "A=b");
        library.Write("prompts/draft.md", "{{text}}");
        (await library.PackAsync()).Succeeds();

        using var packed = await ZipFile.OpenReadAsync(Directory.GetFiles(library.PathOf("packed"), "*.nupkg").Single(), TestContext.Current.CancellationToken);
        Assert.Equal(["Library.nuspec", "lib/net10.0/Library.dll"], Names(packed));
    }

    private static bool IsConfiguration(string entry)
    {
        var name = Path.GetFileName(entry);
        return name.StartsWith("appsettings", StringComparison.OrdinalIgnoreCase) || name.StartsWith("profiles", StringComparison.OrdinalIgnoreCase) || name.Contains(".env", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A tool carries all that it needs: of the product and of others, each once.</summary>
    private static string[] Tool(string id, string[] assemblies) =>
        [.. assemblies.Select(static name => $"{ToolFolder}{name}.dll").Concat([$"{id}.nuspec", "README.md", ToolFolder + "DotnetToolSettings.xml", $"{ToolFolder}{id}.deps.json", $"{ToolFolder}{id}.runtimeconfig.json"]).Order(StringComparer.Ordinal)];

    private static string[] Library(string id) => [$"{id}.nuspec", "README.md", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"];

    /// <summary>The entries, but for those that every package has by its format.</summary>
    private static string[] Names(ZipArchive package) =>
        [.. package.Entries.Select(static entry => entry.FullName).Where(static name => name is not "[Content_Types].xml" && !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private async Task<string[]> EntriesOfAsync(string id)
    {
        using var package = await OpenAsync(id);
        return Names(package);
    }

    private async Task DependsOnAsync(string id, string[] expected)
    {
        var specification = await SpecificationOfAsync(id);
        Assert.Equal(
            expected,
            specification.Descendants().Where(static element => element.Name.LocalName == "dependency")
                .Select(static dependency => $"{dependency.Attribute("id")!.Value} {dependency.Attribute("version")!.Value} {(dependency.Attribute("include") is { } include ? "with " + include.Value : "without " + dependency.Attribute("exclude")?.Value)}")
                .Order(StringComparer.Ordinal));
    }

    private async Task<XDocument> SpecificationOfAsync(string id)
    {
        using var package = await OpenAsync(id);
        await using var specification = package.GetEntry(id + ".nuspec")!.Open();
        return await XDocument.LoadAsync(specification, LoadOptions.None, TestContext.Current.CancellationToken);
    }

    private async Task<ZipArchive> OpenAsync(string id) => await ZipFile.OpenReadAsync(await product.FileOfAsync(id), TestContext.Current.CancellationToken);

    [GeneratedRegex(@"\]\((?<to>[^)]*)\)")]
    private static partial Regex Links();
}
