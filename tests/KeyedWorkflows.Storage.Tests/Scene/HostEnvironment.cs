using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows.Storage.Tests;

internal sealed class HostEnvironment(string name, string? contentRoot = null) : IHostEnvironment
{
    public string EnvironmentName { get; set; } = name;

    public string ApplicationName { get; set; } = "Tests";

    public string ContentRootPath { get; set; } = contentRoot ?? AppContext.BaseDirectory;

    public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
}
