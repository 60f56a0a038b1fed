using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows.Cli.Stores;

/// <summary>What the store asks its host for: where relative paths begin, and whether this is a developer's machine.</summary>
internal sealed class StoreEnvironment(StoreSettings settings) : IHostEnvironment
{
    public string EnvironmentName { get; set; } = settings.Environment;

    public string ApplicationName { get; set; } = "workflows";

    public string ContentRootPath { get; set; } = settings.WorkingDirectory;

    public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
}
