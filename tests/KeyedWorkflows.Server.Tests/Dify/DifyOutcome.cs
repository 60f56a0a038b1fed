using System.Text.Json.Nodes;

namespace KeyedWorkflows.Server.Tests.Dify;

/// <summary>How Dify's client says that a call went.</summary>
internal sealed record DifyOutcome(JsonObject Json)
{
    public int Status => (int)Json["status"]!;

    public JsonObject Data => Json["data"]!.AsObject();

    /// <summary>The events of a streamed run.</summary>
    public IReadOnlyList<JsonObject> Events => [.. Json["data"]!.AsArray().Select(static happened => happened!.AsObject())];

    /// <summary>Demands that the client raised its error for an answer, with the server's own error in it.</summary>
    public DifyOutcome AssertError(int status, string code)
    {
        Assert.Equal("AxiosError", (string?)Json["error"]);
        Assert.Equal(status, Status);
        Assert.Equal(code, (string?)Data["code"]);
        Assert.Equal(status, (int?)Data["status"]);
        Assert.NotNull((string?)Data["message"]);
        Assert.NotNull((string?)Json["requestId"]);
        return this;
    }

    /// <summary>Demands a run that succeeded, and gives its outputs.</summary>
    public JsonObject AssertSucceeded()
    {
        Assert.True(Status == 200 && (string?)Data["data"]?["status"] == "succeeded", Json.ToJsonString());
        return Data["data"]!["outputs"]!.AsObject();
    }
}
