using System.Net;
using KeyedWorkflows.Server.Tests.Scene;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace KeyedWorkflows.Server.Tests;

/// <summary>Behind a proxy that ends TLS, as the server's page sets it up: what counts is how the caller reached the proxy.</summary>
public sealed class ProxyTests
{
    private const string Caller = "203.0.113.7";

    [Theory]
    [InlineData("https", HttpStatusCode.OK)]
    [InlineData("http", HttpStatusCode.Forbidden)]
    public async Task What_the_caller_used_is_what_the_proxy_says(string scheme, HttpStatusCode expected)
    {
        await using var scene = await ServerScene.StartAsync(new()
        {
            App = static app => app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto }),
        });

        Assert.Equal(expected, await StatusAsync(scene, scheme));
    }

    [Fact]
    public async Task A_host_may_take_plain_http_from_everywhere()
    {
        await using var scene = await ServerScene.StartAsync(new()
        {
            App = static app => app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto }),
            Server = static server => server.AllowPlainHttp = true,
        });

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(scene, "http"));
    }

    private static async Task<HttpStatusCode> StatusAsync(ServerScene scene, string scheme)
    {
        using var client = await scene.AddTokenAsync("acme");
        client.Http.DefaultRequestHeaders.Add("X-Forwarded-For", Caller);
        client.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", scheme);
        return (await client.GetAsync("info")).Status;
    }
}
