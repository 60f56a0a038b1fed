using System.Net;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Callbacks;

/// <summary>Callbacks arrive whatever their receivers, and those of others, do.</summary>
public sealed class CallbackDeliveryTests
{
    private static JsonObject Text => new() { ["text"] = "Hello" };

    [Fact]
    public async Task An_address_that_grows_too_long_when_it_is_encoded_is_refused_and_never_cut()
    {
        using var receivers = new CallbackReceivers(static (_, _) => Task.FromResult(HttpStatusCode.NoContent));
        await using var scene = await StartAsync(receivers);
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");

        (await RunAsync(client, "https://hooks.example.com/" + new string('ü', 400))).AssertError(400, "invalid_param");
        Assert.Empty(scene.Models.Requests);
        (await RunAsync(client, "https://hooks.example.com/" + new string('u', 2000))).AssertSucceeded();
    }

    private static Task<TestAnswer> RunAsync(TestClient client, string callback) => client.RunAsync(Text, body => { body["credential_profile"] = "acme_openai"; body["callback_url"] = callback; });

    private static Task<ServerScene> StartAsync(CallbackReceivers receivers) => ServerScene.StartAsync(new()
    {
        Services = services => services.AddKeyedSingleton(FetchUse.Callbacks, new Fetcher(new FetchHandler(receivers))),
    });
}
