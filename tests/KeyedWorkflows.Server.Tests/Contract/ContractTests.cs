using System.Text.Json.Nodes;
using KeyedWorkflows.Server.Tests.Scene;
using KeyedWorkflows.Storage;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Contract;

/// <summary>What Dify's contract says, line by line, where its own client does not go.</summary>
public sealed class ContractTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_that_the_store_fails_ends_with_an_error_event_and_is_taken_up_later()
    {
        await using var models = await ModelServer.StartAsync(cancellationToken: Cancel);
        var directory = Directory.CreateTempSubdirectory("kw-server-").FullName;
        CreatedToken token;
        string runId;
        await using (var scene = await ServerScene.StartAsync(new() { Models = models, Directory = directory }))
        {
            await scene.AddProfileAsync("acme_openai", "acme");
            using var client = await scene.AddTokenAsync("acme", "keyed");
            token = client.Token;
            runId = (await client.RunAsync(new() { ["text"] = "Hello" }, static body => body["credential_tenant"] = "acme")).RunId!;
        }
        string? last;
        await using (var broken = await ServerScene.StartAsync(new()
        {
            Models = models,
            Directory = directory,
            Services = static services =>
            {
                var whole = services.Last(static service => service.ServiceType == typeof(IRunHistory)).ImplementationFactory!;
                services.AddSingleton<IRunHistory>(all => new BrokenHistory((IRunHistory)whole(all)));
            },
        }))
        {
            using var client = broken.Client(token);
            using var stream = await client.FollowAsync(runId);

            var events = await stream.ToEndAsync();

            Assert.Equal(["workflow_started", "error"], events.Select(static one => one.Name));
            last = events[0].Id;
            var error = events[1];
            Assert.Null(error.Id);
            Assert.Equal(runId, error.RunId);
            Assert.Equal(runId, (string?)error.Json["task_id"]);
            Assert.Equal(503, (int?)error.Json["status"]);
            Assert.Equal("service_unavailable", (string?)error.Json["code"]);
            Assert.DoesNotContain("Nothing was begun", (string)error.Json["message"]!, StringComparison.Ordinal);
        }
        await using (var next = await ServerScene.StartAsync(new() { Models = models, Directory = directory }))
        {
            using var client = next.Client(token);
            using var rest = await client.FollowAsync(runId, last);
            Assert.Equal("succeeded", (string?)(await rest.UntilAsync("workflow_finished")).Data["status"]);
        }
        Directory.Delete(directory, recursive: true);
    }
}
