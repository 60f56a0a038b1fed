using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace KeyedWorkflows.Storage.Tests;

internal sealed class HostEnvironment(string name) : IHostEnvironment
{
    public string EnvironmentName { get; set; } = name;

    public string ApplicationName { get; set; } = "Tests";

    public string ContentRootPath { get; set; } = AppContext.BaseDirectory;

    public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
}
