using System.ClientModel;
using System.ClientModel.Primitives;
using KeyedWorkflows.Benchmarks.Load;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using OpenAI;
using OpenAI.Chat;

namespace KeyedWorkflows.Benchmarks.Serving;

/// <summary>The least that does the same call: a minimal API, one client, one key, no token, no history.</summary>
internal static class BareProgram
{
    public const string Verb = "serve-bare";

    public static async Task<int> RunAsync()
    {
        var input = SubjectInput.Read();
        using var http = new HttpClient(new SocketsHttpHandler());
        var chat = new ChatClient("gpt-4o-mini", new ApiKeyCredential(input.Profiles[0].Key), new OpenAIClientOptions { Endpoint = input.Models, Transport = new HttpClientPipelineTransport(http) }).AsIChatClient();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapPost("/run", async (LoadQuestion question, CancellationToken ct) => new { text = (await chat.GetResponseAsync(Messages(question), cancellationToken: ct)).Text });
        app.MapPost("/stream", (LoadQuestion question, CancellationToken ct) => TypedResults.ServerSentEvents(Texts(chat, question, ct)));
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await SubjectInput.EndedAsync();
        return 0;
    }

    private static List<Microsoft.Extensions.AI.ChatMessage> Messages(LoadQuestion question) =>
        [new(ChatRole.System, "You are a support agent. Be brief."), new(ChatRole.User, $"Question {question.Number}: {question.Text}")];

    private static async IAsyncEnumerable<string> Texts(IChatClient chat, LoadQuestion question, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var update in chat.GetStreamingResponseAsync(Messages(question), cancellationToken: ct))
        {
            if (update.Text.Length > 0)
                yield return update.Text;
        }
    }
}
