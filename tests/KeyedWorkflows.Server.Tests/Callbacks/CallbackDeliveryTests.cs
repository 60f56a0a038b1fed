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
    public async Task Callbacks_are_delivered_where_the_store_was_added_after_the_server()
    {
        using var receivers = new CallbackReceivers(static (_, _) => Task.FromResult(HttpStatusCode.NoContent));
        await using var scene = await ServerScene.StartAsync(new()
        {
            Store = false,
            Services = services =>
            {
                services.AddWorkflows().AddSqliteStorage();
                services.AddKeyedSingleton(FetchUse.Callbacks, new Fetcher(new FetchHandler(receivers)));
            },
        });
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");

        (await RunAsync(client, "https://hooks.example.com/runs")).AssertSucceeded();

        Assert.True(await receivers.NextAsync(), "The callback was not delivered.");
    }

    [Fact]
    public async Task Receivers_that_do_not_answer_do_not_delay_those_of_others()
    {
        using var receivers = new CallbackReceivers(static async (host, cancel) =>
        {
            if (host == "dead.example.com")
                await Task.Delay(Timeout.Infinite, cancel);
            return HttpStatusCode.NoContent;
        });
        await using var scene = await StartAsync(receivers);
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");
        for (var i = 0; i < 24; i++)
            (await RunAsync(client, "https://dead.example.com/runs")).AssertSucceeded();
        Assert.True(await receivers.NextAsync());

        (await RunAsync(client, "https://live.example.com/runs")).AssertSucceeded();
        while (!receivers.Arrived.Contains("live.example.com"))
            Assert.True(await receivers.NextAsync(), "The callback was not delivered.");

        Assert.DoesNotContain("dead.example.com", receivers.Ended);
        Assert.InRange(receivers.MostToHost, 1, 4);
    }

    [Fact]
    public async Task A_delivery_that_fails_in_a_way_that_nobody_foresaw_has_its_next_attempt_at_the_usual_time()
    {
        var attempts = 0;
        using var receivers = new CallbackReceivers((_, _) => Interlocked.Increment(ref attempts) == 1 ? throw new NotSupportedException("A text that nobody may see.") : Task.FromResult(HttpStatusCode.NoContent));
        await using var scene = await StartAsync(receivers);
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");

        (await RunAsync(client, "https://hooks.example.com/runs")).AssertSucceeded();

        Assert.True(await receivers.NextAsync());
        Assert.True(await receivers.NextAsync(), "There was no second attempt.");
        Assert.False(scene.Logs.Holds("nobody may see"));
    }

    [Fact]
    public async Task Outputs_are_not_delivered_for_a_token_that_is_disabled()
    {
        using var receivers = new CallbackReceivers(static (_, _) => Task.FromResult(HttpStatusCode.InternalServerError));
        await using var scene = await StartAsync(receivers);
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");
        (await RunAsync(client, "https://hooks.example.com/runs")).AssertSucceeded();
        Assert.True(await receivers.NextAsync());

        await scene.Tokens.SetEnabledAsync(client.Token.Token.Id, false, TestContext.Current.CancellationToken);
        await scene.Logs.WaitForAsync("its token is disabled", TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Single(receivers.Arrived);
    }

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
