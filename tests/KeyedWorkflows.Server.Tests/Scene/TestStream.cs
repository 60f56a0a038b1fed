using System.Net;
using System.Text.Json.Nodes;

namespace KeyedWorkflows.Server.Tests.Scene;

/// <summary>A stream of events, read as a client reads it: line by line.</summary>
internal sealed class TestStream(HttpResponseMessage answer) : IDisposable
{
    private StreamReader? reader;

    public HttpStatusCode Status => answer.StatusCode;

    public HttpResponseMessage Answer => answer;

    /// <summary>The next event; null at the end. Pings are passed over.</summary>
    public async Task<TestEvent?> NextAsync()
    {
        reader ??= new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        string? id = null, data = null;
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = line[6..];
            else if (line.Length == 0 && data is not null)
                return new TestEvent(id, JsonNode.Parse(data)!.AsObject());
        }
        return null;
    }

    /// <summary>All events to the end.</summary>
    public async Task<List<TestEvent>> ToEndAsync()
    {
        var all = new List<TestEvent>();
        while (await NextAsync() is { } next)
            all.Add(next);
        return all;
    }

    /// <summary>Reads on to an event.</summary>
    public async Task<TestEvent> UntilAsync(string name)
    {
        while (await NextAsync() is { } next)
        {
            if (next.Name == name)
                return next;
        }
        throw new InvalidOperationException($"The stream ended before '{name}'.");
    }

    public Task<TestAnswer> WholeAsync() => TestAnswer.OfAsync(answer);

    public void Dispose()
    {
        reader?.Dispose();
        answer.Dispose();
    }
}
