using KeyedWorkflows.Providers.OpenAI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Testing.Tests;

/// <summary>A fault of the script is to a run what the same fault of a server is through the OpenAI family: a test with one tells about the other.</summary>
public sealed class ScriptedFaultTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, ModelServerFault> Faults => new()
    {
        { "rate limited", ModelServerFault.RateLimited(TimeSpan.FromSeconds(2)) },
        { "quota", ModelServerFault.InsufficientQuota() },
        { "500", ModelServerFault.ServerError() },
        { "503", ModelServerFault.ServerError(503) },
        { "501", ModelServerFault.ServerError(501) },
        { "401", ModelServerFault.Unauthorized() },
        { "401 echo", ModelServerFault.EchoKeyInError() },
        { "500 echo", ModelServerFault.EchoKeyInError(500) },
        { "403", ModelServerFault.Error(403, "forbidden", "no") },
        { "408", ModelServerFault.Error(408, null, "slow") },
        { "402", ModelServerFault.Error(402, null, "pay") },
        { "400", ModelServerFault.Error(400, "bad", "bad") },
        { "model", ModelServerFault.ModelNotFound() },
        { "filter", ModelServerFault.ContentFiltered() },
        { "context", ModelServerFault.ContextLengthExceeded() },
        { "redirect", ModelServerFault.Redirect(new Uri("http://127.0.0.1:1/")) },
        { "cut", ModelServerFault.CutConnection() },
        { "cut stream", ModelServerFault.CutStream() },
        { "error in stream", ModelServerFault.ErrorInStream() },
        { "malformed", ModelServerFault.Malformed() },
        { "no choices", ModelServerFault.NoChoices() },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task It_has_the_code_that_the_servers_has(string name, ModelServerFault fault)
    {
        Assert.NotEmpty(name);
        ScriptedModels models = new();
        models.Answer(fault);
        var key = "key-" + Guid.NewGuid().ToString("N");
        await using var server = await ModelServer.StartAsync(key);
        server.Answer(fault);
        await using var services = WorkflowsBuilder.For(new ServiceCollection()).AddOpenAI().Services.BuildServiceProvider();
        var provider = services.GetRequiredService<IModelProvider>();
        using ModelTransport transport = new();
        var real = provider.CreateChatClient(new ModelClientContext { Model = "m", ApiKey = Secret.From(key), Endpoint = server.Endpoint, Transport = transport });

        Assert.Equal(await OfAsync(real, streamed: false), await OfAsync(models.ChatClient(), streamed: false));
        Assert.Equal(await OfAsync(real, streamed: true), await OfAsync(models.ChatClient(), streamed: true));
    }

    [Fact]
    public async Task No_answer_lasts_until_the_caller_goes()
    {
        ScriptedModels models = new();
        models.Answer(ModelServerFault.NoAnswer());
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var asked = models.ChatClient().GetResponseAsync("Hello", cancellationToken: source.Token);
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    private static async Task<(string Code, bool IsTransient, TimeSpan? RetryAfter, int? Status, string Text)> OfAsync(IChatClient chat, bool streamed)
    {
        var text = "";
        var fault = await Assert.ThrowsAsync<ModelCallException>(async () =>
        {
            if (!streamed)
            {
                await chat.GetResponseAsync("Hello", cancellationToken: Token);
                return;
            }
            await foreach (var update in chat.GetStreamingResponseAsync("Hello", cancellationToken: Token))
                text += update.Text.Length > 0 ? "." : "";
        });
        return (fault.Code, fault.IsTransient, fault.RetryAfter, streamed ? null : fault.StatusCode, text);
    }
}
