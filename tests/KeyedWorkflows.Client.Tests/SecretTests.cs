using KeyedWorkflows.Client.Tests.Scene;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Server.Tests.Workflows;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KeyedWorkflows.Client.Tests;

public sealed class SecretTests
{
    private static readonly KeyedInput Hello = new() { Text = "Hello" };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_log_holds_the_token_or_a_key_even_where_the_host_shows_headers()
    {
        await using var scene = await ClientScene.StartAsync();
        var key = ServerScene.NewKey();
        scene.Models.Keys.Add(key);
        var host = scene.AddHost(more: services =>
        {
            services.ConfigureHttpClientDefaults(http => http.RedactLoggedHeaders(static _ => false));
            services.AddHttpClient(WorkflowClientOptions.HttpClientName).AddDefaultLogger();
        });

        await host.Get<IKeyedClient>().RunAsync(Hello, Credential.ApiKey(key), Ct);
        await host.Get<IKeyedClient>().RunAsync(Hello with { ModelApiKey = Secret.From(key) }, Ct);

        Assert.Contains("Authorization", host.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Token.Reveal(), host.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(key, host.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(key, scene.Server.Logs.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://workflows.example.com/v1")]
    [InlineData("http://127.0.0.1.example.com/v1")]
    [InlineData("http://10.0.0.1/v1")]
    [InlineData("https://user@workflows.example.com/v1")]
    [InlineData("https://workflows.example.com/v1?token=a")]
    [InlineData("ftp://workflows.example.com/v1")]
    [InlineData("/v1")]
    public async Task An_address_over_which_a_token_must_not_go_is_refused_when_the_host_starts(string address)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddWorkflowClients(client =>
        {
            client.BaseAddress = new Uri(address, UriKind.RelativeOrAbsolute);
            client.Token = Secret.From("app-" + Guid.NewGuid().ToString("N"));
        });
        using var host = builder.Build();

        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Ct));
        Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<IKeyedClient>());
    }

    [Theory]
    [InlineData("https://workflows.example.com/v1", false)]
    [InlineData("http://localhost:5000/v1", false)]
    [InlineData("http://127.0.0.1:5000/v1/", false)]
    [InlineData("http://[::1]:5000/v1", false)]
    [InlineData("http://workflows.internal/v1", true)]
    public async Task An_application_with_nothing_but_the_clients_starts(string address, bool allowPlainHttp)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddWorkflowClients(client =>
        {
            client.BaseAddress = new Uri(address);
            client.Token = Secret.From("app-" + Guid.NewGuid().ToString("N"));
            client.AllowPlainHttp = allowPlainHttp;
        });
        using var host = builder.Build();

        await host.StartAsync(Ct);
        Assert.NotNull(host.Services.GetRequiredService<IKeyedClient>());
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task A_redirection_does_not_take_the_token_along()
    {
        await using var scene = await ClientScene.StartAsync();
        var asked = new List<string>();
        await using var elsewhere = await ServerScene.StartAsync(new()
        {
            App = app => app.Run(http =>
            {
                lock (asked)
                    asked.Add(http.Request.Path);
                http.Response.StatusCode = 307;
                http.Response.Headers.Location = "/taken";
                http.Response.Cookies.Append("a", "b");
                return Task.CompletedTask;
            }),
        });
        var client = scene.AddHost(elsewhere.Address).Get<IKeyedClient>();

        var failure = await Assert.ThrowsAsync<WorkflowRunException>(() => client.RunAsync(Hello, "acme_openai", Ct));

        Assert.Equal(WorkflowErrorCodes.ServerFailed, failure.Code);
        Assert.Contains("redirection", failure.Message, StringComparison.Ordinal);
        Assert.Single(asked);
    }

    [Fact]
    public async Task A_handler_of_the_hosts_own_is_used_and_cannot_turn_the_token_elsewhere()
    {
        await using var scene = await ClientScene.StartAsync();
        var handler = new Counting();
        var client = scene.AddHost(more: services => services.AddHttpClient(WorkflowClientOptions.HttpClientName).AddHttpMessageHandler(() => handler)
            .ConfigureHttpClient(static http => { http.BaseAddress = new Uri("https://elsewhere.example.com"); http.Timeout = TimeSpan.FromTicks(1); })).Get<IKeyedClient>();

        await client.RunAsync(Hello, "acme_openai", Ct);

        Assert.Equal([scene.Server.Address.Authority], handler.Hosts);
    }

    private sealed class Counting : DelegatingHandler
    {
        public HashSet<string> Hosts { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Hosts.Add(request.RequestUri!.Authority);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
