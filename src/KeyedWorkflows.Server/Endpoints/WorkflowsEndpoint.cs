using System.Text.Json.Nodes;
using KeyedWorkflows.Runtime;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>What a token can learn of its workflows: <c>GET /workflows</c>, <c>/workflows/{workflow_id}</c>, <c>/info</c>, <c>/parameters</c> and <c>/openapi.json</c>.</summary>
internal sealed class WorkflowsEndpoint(ServedWorkflows workflows, WorkflowServerOptions options)
{
    public Task ListAsync(HttpContext http, ApiCaller caller) =>
        WriteAsync(http, new JsonObject { ["data"] = new JsonArray([.. workflows.Of(caller.Token).Select(static workflow => WorkflowCard.Of(workflow).ToJson())]) });

    public Task ShowAsync(HttpContext http, ApiCaller caller) => WriteAsync(http, WorkflowCard.Of(workflows.Named(caller.Token, (string)http.Request.RouteValues["workflow_id"]!)).ToJson());

    public Task InfoAsync(HttpContext http, ApiCaller caller)
    {
        var workflow = Asked(http, caller);
        return WriteAsync(http, new JsonObject
        {
            ["name"] = workflow.Name,
            ["description"] = workflow.Description ?? "",
            ["tags"] = new JsonArray(),
            ["mode"] = "workflow",
            ["author_name"] = "",
        });
    }

    public Task ParametersAsync(HttpContext http, ApiCaller caller)
    {
        var form = WorkflowCard.Of(Asked(http, caller)).Form;
        var megabytes = Math.Max(1, options.MaxFileBytes / (1024 * 1024));
        return WriteAsync(http, new JsonObject
        {
            ["opening_statement"] = "",
            ["suggested_questions"] = new JsonArray(),
            ["suggested_questions_after_answer"] = Off(),
            ["speech_to_text"] = Off(),
            ["text_to_speech"] = Off(),
            ["retriever_resource"] = Off(),
            ["annotation_reply"] = Off(),
            ["more_like_this"] = Off(),
            ["sensitive_word_avoidance"] = Off(),
            ["user_input_form"] = form.DeepClone(),
            ["file_upload"] = new JsonObject
            {
                ["enabled"] = UserInputForm.TakesFiles(form),
                ["allowed_file_types"] = new JsonArray("document", "image", "audio", "video", "custom"),
                ["allowed_file_upload_methods"] = new JsonArray("local_file", "remote_url"),
                ["number_limits"] = 10,
            },
            ["system_parameters"] = new JsonObject
            {
                ["file_size_limit"] = megabytes,
                ["image_file_size_limit"] = megabytes,
                ["audio_file_size_limit"] = megabytes,
                ["video_file_size_limit"] = megabytes,
                ["workflow_file_upload_limit"] = 10,
            },
        });
    }

    public Task OpenApiAsync(HttpContext http, ApiCaller caller) => WriteAsync(http, OpenApiDocument.Of(workflows.Of(caller.Token), ApiPrefix.Of(http)));

    private WorkflowDefinition Asked(HttpContext http, ApiCaller caller) => QueryText.Optional(http, "workflow") is { } name ? workflows.Named(caller.Token, name) : workflows.Only(caller.Token);

    private static JsonObject Off() => new() { ["enabled"] = false };

    private static Task WriteAsync(HttpContext http, JsonNode answer) => JsonAnswer.WriteAsync(http, 200, answer, static (writer, answer) => answer.WriteTo(writer));
}
