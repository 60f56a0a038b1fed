using System.Text.Json.Nodes;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Server;

/// <summary>The API as OpenAPI 3.1, with a path for each workflow that a token may run, so that a generated client is typed. It names workflows and their schemas, and nothing of credentials but how to choose one.</summary>
internal static class OpenApiDocument
{
    public static JsonObject Of(IReadOnlyList<WorkflowDefinition> workflows, string prefix)
    {
        var paths = new JsonObject
        {
            [prefix + "/workflows"] = new JsonObject { ["get"] = Operation("listWorkflows", "The workflows of this token, with their schemas and graphs.", Json(200, "The workflows.", Any())) },
            [prefix + "/workflows/{workflow_id}"] = new JsonObject { ["get"] = Operation("getWorkflow", "One workflow.", Json(200, "The workflow.", Any()), PathText("workflow_id", "A workflow's name, or name@version.")) },
            [prefix + "/workflows/run"] = new JsonObject { ["post"] = Run("runWorkflow", "Runs the one workflow of this token.", InputOf(workflows)) },
            [prefix + "/workflows/explain"] = new JsonObject { ["post"] = Explain("explainRun", InputOf(workflows)) },
            [prefix + "/workflows/run/{run_id}"] = new JsonObject
            {
                ["get"] = Operation("getRun", "How a run stands.", Json(200, "The run.", Any()), PathText("run_id", "A run's id."), Query("user", Text(255)), Query("include", Text(32))),
            },
            [prefix + "/workflows/tasks/{task_id}/stop"] = new JsonObject
            {
                ["post"] = WithBody(Operation("stopRun", "Stops a run.", Json(200, "It is asked to stop.", Any()), PathText("task_id", "A run's id.")), new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { ["user"] = Text(255) },
                    ["required"] = new JsonArray("user"),
                    ["additionalProperties"] = false,
                }),
            },
            [prefix + "/workflow/{run_id}/events"] = new JsonObject
            {
                ["get"] = Operation(
                    "followRun", "The events of a run.", Answer(200, "The events.", "text/event-stream", new JsonObject { ["type"] = "string" }), PathText("run_id", "A run's id."), Query("user", Text(255), required: true),
                    Query("include_state_snapshot", Boolean()), Query("continue_on_pause", Boolean())),
            },
            [prefix + "/workflows/logs"] = new JsonObject
            {
                ["get"] = Operation(
                    "listRuns", "The runs of this token, newest first.", Json(200, "A page.", Any()), Query("page", Whole(1, 100_000)), Query("limit", Whole(1, 100)), Query("keyword", Text(255)), Query("workflow", Text(64)),
                    Query("status", new JsonObject { ["enum"] = new JsonArray("running", "succeeded", "partial-succeeded", "failed", "stopped") }), Query("created_by_end_user_session_id", Text(255)),
                    Query("created_at__before", Time()), Query("created_at__after", Time())),
            },
            [prefix + "/info"] = new JsonObject { ["get"] = Operation("getInfo", "The workflow of this token.", Json(200, "Name and description.", Any()), Query("workflow", Text(64))) },
            [prefix + "/parameters"] = new JsonObject { ["get"] = Operation("getParameters", "What the workflow takes, as a form.", Json(200, "The form.", Any()), Query("user", Text(255)), Query("workflow", Text(64))) },
            [prefix + "/files/upload"] = new JsonObject { ["post"] = Upload() },
            [prefix + "/files/{file_id}"] = new JsonObject
            {
                ["get"] = Operation(
                    "downloadFile", "A file that this token has uploaded.", Answer(200, "The file.", "application/octet-stream", new JsonObject { ["type"] = "string", ["format"] = "binary" }), PathText("file_id", "An upload's id."),
                    Query("user", Text(255), required: true)),
            },
        };
        foreach (var workflow in workflows)
        {
            var input = WorkflowCard.Of(workflow).Input;
            paths[$"{prefix}/workflows/{workflow.Name}/run"] = new JsonObject { ["post"] = Run($"run_{Identifier(workflow.Name)}", workflow.Description ?? $"Runs {workflow.Name}.", input, workflow) };
            paths[$"{prefix}/workflows/{workflow.Name}/explain"] = new JsonObject { ["post"] = Explain($"explain_{Identifier(workflow.Name)}", input, workflow) };
        }
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "KeyedWorkflows", ["version"] = "1", ["description"] = "Workflows under each client's own model key, in the contract of Dify's workflow API." },
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "A token: app-…" } },
                ["schemas"] = new JsonObject
                {
                    ["Error"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["properties"] = new JsonObject { ["code"] = Text(64), ["message"] = Text(4096), ["status"] = Whole(400, 599) },
                        ["required"] = new JsonArray("code", "message", "status"),
                    },
                },
            },
        };
    }

    /// <summary>For a token with one workflow the plain address takes that one's input; otherwise it is any object.</summary>
    private static JsonObject InputOf(IReadOnlyList<WorkflowDefinition> workflows) => workflows.Count == 1 ? WorkflowCard.Of(workflows[0]).Input : new JsonObject { ["type"] = "object" };

    private static JsonObject Run(string id, string summary, JsonObject input, WorkflowDefinition? workflow = null)
    {
        var answer = Json(200, "The run's end; with response_mode streaming its events, as text/event-stream.", Any());
        answer["202"] = new JsonObject { ["description"] = "With response_mode async: the run's id." };
        var operation = Operation(id, summary, answer, new JsonObject { ["name"] = "Idempotency-Key", ["in"] = "header", ["schema"] = Text(255), ["description"] = "A repeated trigger returns the first run." });
        return WithBody(operation, Request(input, workflow));
    }

    private static JsonObject Explain(string id, JsonObject input, WorkflowDefinition? workflow = null) =>
        WithBody(Operation(id, "Which credential a run would use, and why.", Json(200, "The answer.", Any())), Request(input, workflow));

    private static JsonObject Request(JsonObject input, WorkflowDefinition? workflow)
    {
        var credential = new JsonObject
        {
            ["credential_profile"] = Text(64),
            ["credential_id"] = Text(64),
            ["credential_tenant"] = Text(64),
            ["api_key"] = new JsonObject { ["type"] = "string", ["format"] = "password", ["writeOnly"] = true, ["minLength"] = 1, ["maxLength"] = Secret.MaxLength },
        };
        var slot = new JsonObject { ["type"] = "object", ["properties"] = credential.DeepClone(), ["minProperties"] = 1, ["maxProperties"] = 1, ["additionalProperties"] = false };
        var bySlot = new JsonObject { ["type"] = "object", ["description"] = "A credential for each slot." };
        if (workflow is null)
        {
            bySlot["additionalProperties"] = slot;
        }
        else
        {
            bySlot["properties"] = new JsonObject([.. workflow.Slots.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Name, slot.DeepClone()))]);
            bySlot["additionalProperties"] = false;
        }
        var properties = new JsonObject
        {
            ["inputs"] = input.DeepClone(),
            ["user"] = Text(255),
            ["response_mode"] = new JsonObject { ["enum"] = new JsonArray("blocking", "streaming", "async") },
            ["files"] = new JsonObject { ["type"] = new JsonArray("array", "null"), ["items"] = new JsonObject { ["type"] = "object" } },
            ["credentials"] = bySlot,
            ["options"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject
                {
                    ["tenant"] = Text(64),
                    ["labels"] = new JsonObject { ["type"] = "object", ["additionalProperties"] = Text(256) },
                    ["max_duration_seconds"] = new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = 0 },
                    ["max_tokens"] = Whole(0, null),
                    ["max_calls"] = Whole(0, int.MaxValue),
                    ["max_wait_seconds"] = new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = 0 },
                },
                ["additionalProperties"] = false,
            },
            ["on_disconnect"] = new JsonObject { ["enum"] = new JsonArray("continue", "stop") },
            ["callback_url"] = new JsonObject { ["type"] = "string", ["format"] = "uri" },
        };
        foreach (var (name, schema) in credential)
            properties[name] = schema!.DeepClone();
        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = new JsonArray("inputs", "user"), ["additionalProperties"] = false };
    }

    private static JsonObject Upload()
    {
        var operation = Operation("uploadFile", "Uploads a file, for an input that takes one.", Json(201, "The upload.", Any()));
        operation["requestBody"] = new JsonObject
        {
            ["required"] = true,
            ["content"] = new JsonObject
            {
                ["multipart/form-data"] = new JsonObject
                {
                    ["schema"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["properties"] = new JsonObject { ["file"] = new JsonObject { ["type"] = "string", ["format"] = "binary" }, ["user"] = Text(255) },
                        ["required"] = new JsonArray("file"),
                    },
                },
            },
        };
        return operation;
    }

    internal static JsonObject Operation(string id, string summary, JsonObject answers, params ReadOnlySpan<JsonObject> parameters)
    {
        answers["default"] = new JsonObject
        {
            ["description"] = "An error.",
            ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Error" } } },
        };
        var operation = new JsonObject { ["operationId"] = id, ["summary"] = summary, ["responses"] = answers };
        if (parameters.Length > 0)
        {
            var list = new JsonArray();
            foreach (var parameter in parameters)
                list.Add((JsonNode)parameter);
            operation["parameters"] = list;
        }
        return operation;
    }

    internal static JsonObject WithBody(JsonObject operation, JsonObject schema)
    {
        operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema } } };
        return operation;
    }

    internal static JsonObject Json(int status, string description, JsonObject schema) => Answer(status, description, "application/json", schema);

    internal static JsonObject Answer(int status, string description, string type, JsonObject schema) => new()
    {
        [status.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new JsonObject { ["description"] = description, ["content"] = new JsonObject { [type] = new JsonObject { ["schema"] = schema } } },
    };

    internal static JsonObject PathText(string name, string description) => new() { ["name"] = name, ["in"] = "path", ["required"] = true, ["description"] = description, ["schema"] = new JsonObject { ["type"] = "string" } };

    internal static JsonObject Query(string name, JsonObject schema, bool required = false) => new() { ["name"] = name, ["in"] = "query", ["required"] = required, ["schema"] = schema };

    internal static JsonObject Any() => new() { ["type"] = "object" };

    internal static JsonObject Text(int most) => new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = most };

    internal static JsonObject Whole(long least, long? most) => most is { } limit ? new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = limit } : new() { ["type"] = "integer", ["minimum"] = least };

    internal static JsonObject Boolean() => new() { ["type"] = "boolean" };

    internal static JsonObject Time() => new() { ["type"] = "string", ["format"] = "date-time" };

    private static string Identifier(string name) => name.Replace('-', '_').Replace('.', '_');
}
