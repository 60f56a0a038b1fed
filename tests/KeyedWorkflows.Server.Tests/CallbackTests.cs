using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests;

public sealed class CallbackTests
{
    private static JsonObject Text => new() { ["text"] = "Hello" };

    [Fact]
    public async Task The_end_of_a_run_is_delivered_signed_and_again_until_it_is_taken()
    {
        using var receiver = new Receiver();
        receiver.Answers.Enqueue(HttpStatusCode.InternalServerError);
        await using var scene = await StartAsync(receiver);
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");

        var answer = await client.RunAsync(Text, body => { body["credential_profile"] = "acme_openai"; body["callback_url"] = "https://hooks.example.com/runs"; });
        answer.AssertSucceeded();
        await receiver.ArrivedAsync(2);

        var (first, second) = (receiver.Deliveries.ElementAt(0), receiver.Deliveries.ElementAt(1));
        Assert.Equal("https://hooks.example.com/runs", first.Url);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(first.Body, second.Body);
        var body = JsonNode.Parse(second.Body)!;
        Assert.Equal("workflow_finished", (string?)body["event"]);
        Assert.Equal(answer.RunId, (string?)body["workflow_run_id"]);
        Assert.Equal("succeeded", (string?)body["data"]!["status"]);
        var secret = client.Token.CallbackSecret.Reveal();
        Assert.True(IsGenuine(secret, second.Id, second.Timestamp, second.Signature, Encoding.UTF8.GetBytes(second.Body)));
        Assert.False(IsGenuine(secret, second.Id, second.Timestamp, second.Signature, Encoding.UTF8.GetBytes(second.Body + " ")));
    }

    [Fact]
    public async Task A_callback_to_an_address_that_is_not_public_is_refused_before_the_run_begins()
    {
        using var receiver = new Receiver();
        await using var scene = await StartAsync(receiver);
        await scene.AddProfileAsync("acme_openai", "acme");
        using var client = await scene.AddTokenAsync("acme", "keyed");

        var answer = await client.RunAsync(Text, body => { body["credential_profile"] = "acme_openai"; body["callback_url"] = "https://169.254.169.254/latest"; });

        answer.AssertError(400, "invalid_param");
        Assert.Empty(scene.Models.Requests);
    }

    private static Task<ServerScene> StartAsync(Receiver receiver) => ServerScene.StartAsync(new()
    {
        Services = services => services.AddKeyedSingleton(FetchUse.Callbacks, new Fetcher(new FetchHandler(receiver))),
    });

    /// <summary>As a receiver checks it, by the specification alone.</summary>
    /// <summary>As the server's page tells receivers to check.</summary>
    private static bool IsGenuine(string secret, string id, string timestamp, string signature, byte[] body)
    {
        if (!long.TryParse(timestamp, out var sent) || Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - sent) > 300)
            return false;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(signature));
    }

    private sealed record Delivery(string Url, string Id, string Timestamp, string Signature, string Body);

    private sealed class Receiver : HttpMessageHandler
    {
        private readonly SemaphoreSlim arrived = new(0);

        public System.Collections.Concurrent.ConcurrentQueue<HttpStatusCode> Answers { get; } = new();

        public System.Collections.Concurrent.ConcurrentQueue<Delivery> Deliveries { get; } = new();

        public async Task ArrivedAsync(int count)
        {
            for (var i = 0; i < count; i++)
                await arrived.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string Header(string name) => request.Headers.GetValues(name).Single();
            Deliveries.Enqueue(new(request.RequestUri!.AbsoluteUri, Header("webhook-id"), Header("webhook-timestamp"), Header("webhook-signature"), await request.Content!.ReadAsStringAsync(cancellationToken)));
            arrived.Release();
            return new HttpResponseMessage(Answers.TryDequeue(out var status) ? status : HttpStatusCode.NoContent);
        }

        protected override void Dispose(bool disposing)
        {
            arrived.Dispose();
            base.Dispose(disposing);
        }
    }
}
