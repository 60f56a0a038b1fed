using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Cli.Tests.Scene;

/// <summary>What answers at a host's address, and does otherwise than a host.</summary>
internal sealed class OddHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private OddHost(WebApplication app) => this.app = app;

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<OddHost> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(new RequestDelegate(answer));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new OddHost(app);
    }

    /// <summary>Takes what it is asked, and does not answer.</summary>
    public static Task<OddHost> SilentAsync(TaskCompletionSource? asked = null) => StartAsync(async http =>
    {
        asked?.TrySetResult();
        await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    });

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
