using System.Text.Json.Nodes;

namespace KeyedWorkflows.Server.Tests.Scene;

internal sealed record TestEvent(string? Id, JsonObject Json)
{
    public string Name => (string)Json["event"]!;

    public string RunId => (string)Json["workflow_run_id"]!;

    public JsonObject Data => Json["data"]!.AsObject();
}
