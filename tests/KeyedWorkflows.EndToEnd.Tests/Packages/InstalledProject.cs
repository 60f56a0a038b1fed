using System.Text;
using KeyedWorkflows.EndToEnd.Tests.Builds;

namespace KeyedWorkflows.EndToEnd.Tests.Packages;

/// <summary>A fresh project outside of the repository that has installed packages of this product.</summary>
internal sealed class InstalledProject
{
    private readonly ScratchFolder scratch;
    private readonly string name;

    /// <summary>Writes the project's file.</summary>
    /// <param name="scratch">A folder of <see cref="PackedProduct.ScratchAsync"/>.</param>
    /// <param name="name">The project's name, and its folder's.</param>
    /// <param name="product">The packages.</param>
    /// <param name="ids">Which of them it references.</param>
    /// <param name="more">Further lines of the project's file.</param>
    public InstalledProject(ScratchFolder scratch, string name, PackedProduct product, IEnumerable<string> ids, string more = "")
    {
        this.scratch = scratch;
        this.name = name;
        var references = new StringBuilder();
        foreach (var id in ids)
            references.Append($"    <PackageReference Include=\"{id}\" Version=\"{product.Version}\" />\n");
        Write(name + ".csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <NuGetAudit>false</NuGetAudit>
                <ErrorLog>{name}.sarif,version=2.1</ErrorLog>
              </PropertyGroup>
              <ItemGroup>
            {references}    <Using Include="KeyedWorkflows;Microsoft.Extensions.AI" />
              </ItemGroup>
            {more}
            </Project>
            """);
    }

    /// <summary>The path of something in it.</summary>
    public string PathOf(string file) => scratch.PathOf(Path.Combine(name, file));

    /// <summary>Writes a file of it.</summary>
    public void Write(string file, string text) => scratch.Write(Path.Combine(name, file), text);

    /// <summary>Builds it whole.</summary>
    /// <returns>How the build ended, and what the compiler reported.</returns>
    public async Task<(ProcessResult Result, IReadOnlyList<ReportedRule> Rules)> BuildAsync(params string[] arguments)
    {
        var result = await RunAsync("build", ["--no-incremental", .. arguments]);
        return (result, File.Exists(PathOf(name + ".sarif")) ? ReportedRule.Read(PathOf(name + ".sarif")) : []);
    }

    /// <summary>Packs it.</summary>
    public Task<ProcessResult> PackAsync() => RunAsync("pack", ["-o", PathOf("packed")]);

    private Task<ProcessResult> RunAsync(string command, string[] arguments)
    {
        File.Delete(PathOf(name + ".sarif"));
        return ChildProcess.DotNetAsync(scratch.PathOf(name), [command, "--disable-build-servers", "-tl:off", .. arguments]);
    }
}
