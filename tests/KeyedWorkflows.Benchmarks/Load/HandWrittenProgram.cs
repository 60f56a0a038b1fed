using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;

namespace KeyedWorkflows.Benchmarks.Load;

/// <summary>The baseline: what one would write by hand for speed. One HttpClient, one client a key made beforehand, one dictionary.</summary>
internal sealed class HandWrittenProgram : ILoadSubject
{
    private readonly HttpClient http = new(new SocketsHttpHandler());
    private readonly Dictionary<string, IChatClient> clients;

    public HandWrittenProgram(Uri endpoint, IEnumerable<LoadProfile> profiles)
    {
        OpenAIClientOptions options = new() { Endpoint = endpoint, Transport = new HttpClientPipelineTransport(http) };
        clients = profiles.ToDictionary(
            static profile => profile.Name,
            profile => new ChatClient("gpt-4o-mini", new ApiKeyCredential(profile.Key), options).AsIChatClient());
    }

    public async Task<string> AnswerAsync(string profile, LoadQuestion question)
    {
        var response = await clients[profile].GetResponseAsync(
            [new(ChatRole.System, "You are a support agent. Be brief."), new(ChatRole.User, $"Question {question.Number}: {question.Text}")]);
        return response.Text;
    }

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }
}
