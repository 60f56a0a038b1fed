using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace KeyedWorkflows.Server.Tests.Scene;

/// <summary>What came back.</summary>
internal sealed record TestAnswer(HttpStatusCode Status, HttpResponseHeaders Headers, string Text)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    public string? Code => (string?)Json["code"];

    public string? RunId => (string?)Json["workflow_run_id"];

    public static async Task<TestAnswer> OfAsync(HttpResponseMessage answer) => new(answer.StatusCode, answer.Headers, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    /// <summary>Demands an error.</summary>
    public TestAnswer AssertError(int status, string code)
    {
        Assert.True((int)Status == status, $"{(int)Status} instead of {status}: {Text}");
        Assert.Equal(code, Code);
        Assert.Equal(status, (int?)Json["status"]);
        return this;
    }

    /// <summary>Demands a run that succeeded, and gives its outputs.</summary>
    public JsonObject AssertSucceeded()
    {
        Assert.True(Status == HttpStatusCode.OK, $"{(int)Status}: {Text}");
        var data = Json["data"]!.AsObject();
        Assert.True((string?)data["status"] == "succeeded", Text);
        return data["outputs"]!.AsObject();
    }
}
