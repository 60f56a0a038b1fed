using System.Text.Json.Nodes;
using static KeyedWorkflows.Server.OpenApiDocument;

namespace KeyedWorkflows.Server;

/// <summary>The administration API as OpenAPI 3.1.</summary>
internal static class AdministrationDocument
{
    public static JsonObject Of(string prefix)
    {
        var id = PathText("id", "An id.");
        var tenant = PathText("tenant", "A tenant's name.");
        JsonObject[] pages = [Query("page", Whole(1, 1_000_000)), Query("limit", Whole(1, 500))];
        var paths = new JsonObject
        {
            ["/profiles"] = new JsonObject
            {
                ["get"] = Of("listProfiles", "Profiles by name.", 200, Page(Ref("Profile")), [.. pages, Query("tenant", Text(64)), Query("provider", Text(64)), Query("name", Text(64)), Query("enabled", Boolean())]),
                ["post"] = WithBody(Of("createProfile", "Creates a profile.", 201, Ref("Profile"), []), ProfileBody("name", "provider")),
            },
            ["/profiles/{id}"] = new JsonObject
            {
                ["get"] = Of("getProfile", "A profile.", 200, Ref("Profile"), [id]),
                ["put"] = WithBody(Of("replaceProfile", "Replaces a profile; key, headers and whether it is enabled stay where they are left out.", 200, Ref("Profile"), [id, IfMatch()]), ProfileBody("provider")),
                ["patch"] = WithBody(Of("updateProfile", "Changes what is given.", 200, Ref("Profile"), [id, IfMatch()]), ProfileBody()),
                ["delete"] = None("deleteProfile", "Deletes a profile.", id, IfMatch()),
            },
            ["/profiles/{id}/rotate"] = new JsonObject
            {
                ["post"] = WithBody(
                    Of("rotateProfile", "Tries a new key, and swaps it in.", 200, Ref("Profile"), [id, IfMatch()]),
                    Body(new JsonObject { ["api_key"] = Key(), ["force"] = Boolean(), ["model"] = Nullable(Text(256)) }, "api_key")),
            },
            ["/profiles/{id}/enable"] = new JsonObject { ["post"] = Of("enableProfile", "Lets runs use a profile.", 200, Ref("Profile"), [id, IfMatch()]) },
            ["/profiles/{id}/disable"] = new JsonObject { ["post"] = Of("disableProfile", "Stops runs of a profile.", 200, Ref("Profile"), [id, IfMatch()]) },
            ["/profiles/{id}/test"] = new JsonObject { ["post"] = WithOptionalBody(Of("testProfile", "Tries the stored key.", 200, Any(), [id]), Body(new JsonObject { ["model"] = Nullable(Text(256)) })) },
            ["/export"] = new JsonObject { ["get"] = Of("exportProfiles", "All profiles, without secrets.", 200, Any(), []) },
            ["/import"] = new JsonObject { ["post"] = WithBody(Of("importProfiles", "Creates what an export has and the store lacks.", 200, Any(), []), Any()) },
            ["/bulk"] = new JsonObject
            {
                ["post"] = WithBody(Of("createClients", "Many profiles, with a token each if wanted: all or none.", 201, Any(), []), Body(
                    new JsonObject
                    {
                        ["clients"] = new JsonObject
                        {
                            ["type"] = "array",
                            ["minItems"] = 1,
                            ["maxItems"] = 5_000,
                            ["items"] = Body(new JsonObject { ["profile"] = ProfileBody("name", "provider"), ["token"] = TokenBody("name") }, "profile"),
                        },
                    },
                    "clients")),
            },
            ["/tokens"] = new JsonObject
            {
                ["get"] = Of("listTokens", "Tokens by name.", 200, Page(Ref("Token")), [.. pages, Query("tenant", Text(64)), Query("name", Text(64)), Query("enabled", Boolean())]),
                ["post"] = WithBody(Of("createToken", "Makes a token, which is shown this once.", 201, Ref("Token"), []), TokenBody("name")),
            },
            ["/tokens/{id}"] = new JsonObject
            {
                ["get"] = Of("getToken", "A token.", 200, Ref("Token"), [id]),
                ["put"] = WithBody(Of("replaceToken", "Replaces what a token may do.", 200, Ref("Token"), [id, IfMatch()]), TokenBody()),
                ["patch"] = WithBody(Of("updateToken", "Changes what is given.", 200, Ref("Token"), [id, IfMatch()]), TokenBody()),
                ["delete"] = None("revokeToken", "Revokes a token for good.", id, IfMatch()),
            },
            ["/tokens/{id}/rotate"] = new JsonObject
            {
                ["post"] = WithBody(
                    Of("rotateToken", "Gives a token another value; the present one is taken until the grace is over, or the former one as long as it was.", 200, Ref("Token"), [id, IfMatch()]),
                    Body(new JsonObject { ["grace_seconds"] = Whole(0, 2_592_000), ["keep_former"] = Boolean() })),
            },
            ["/tokens/{id}/enable"] = new JsonObject { ["post"] = Of("enableToken", "Lets a token be taken.", 200, Ref("Token"), [id, IfMatch()]) },
            ["/tokens/{id}/disable"] = new JsonObject { ["post"] = Of("disableToken", "Stops a token.", 200, Ref("Token"), [id, IfMatch()]) },
            ["/tenants"] = new JsonObject { ["get"] = Of("listTenants", "Tenants by name.", 200, Page(Any()), pages) },
            ["/tenants/{tenant}"] = new JsonObject
            {
                ["get"] = Of("getTenant", "A tenant.", 200, Any(), [tenant]),
                ["delete"] = Of("removeTenant", "Deletes a tenant's profiles and revokes its tokens; with purge its contents go too.", 200, Any(), [tenant, Query("purge", Boolean())]),
            },
            ["/tenants/{tenant}/check"] = new JsonObject { ["get"] = Of("checkTenant", "What a tenant may run, and if not, why not.", 200, Any(), [tenant, Query("workflow", Text(64))]) },
            ["/usage"] = new JsonObject
            {
                ["get"] = Operation(
                    "getUsage", "What was used.", Csv(), Query("from", Date()), Query("to", Date()), Query("time_zone", Text(64)), Query("tenant", Text(64)), Query("profile_id", Text(64)), Query("workflow", Text(64)), Query("by", Text(64))),
            },
            ["/limits"] = new JsonObject { ["get"] = Of("listLimits", "Who has limits, and what of their budgets is used.", 200, Page(Any()), [.. pages, Query("tenant", Text(64))]) },
            ["/runs"] = new JsonObject
            {
                ["get"] = Of("listRuns", "Runs of all tokens, newest first.", 200, Page(Any()), [.. pages, Query("tenant", Text(64)), Query("workflow", Text(64)), Query("status", Text(64)), Query("from", Time()), Query("to", Time())]),
            },
            ["/runs/{id}"] = new JsonObject { ["get"] = Of("getRun", "A run with its steps and calls, without what was said.", 200, Any(), [id]) },
            ["/audit"] = new JsonObject
            {
                ["get"] = Operation(
                    "readAudit", "Who changed what, and who was refused.", Csv(), Query("tenant", Text(64)), Query("from", Time()), Query("to", Time()), Query("actor", Text(128)), Query("subject_id", Text(64)), Query("after", Whole(0, null)),
                    Query("newest_first", Boolean()), Query("limit", Whole(1, 1_000))),
            },
            ["/audit/verify"] = new JsonObject { ["get"] = Of("verifyAudit", "Whether the audit is there as it was written.", 200, Any(), [Query("head", Text(100)), Query("after", Whole(0, null))]) },
            ["/whoami"] = new JsonObject { ["get"] = Of("whoAmI", "The administrator of this request.", 200, Any(), []) },
            ["/administrators"] = new JsonObject { ["get"] = Of("listAdministrators", "Administrators by name.", 200, Page(Any()), pages) },
            ["/administrators/{id}"] = new JsonObject { ["delete"] = None("revokeAdministrator", "Revokes a token for administration for good.", id) },
            ["/openapi.json"] = new JsonObject { ["get"] = Of("getDocument", "This document.", 200, Any(), []) },
        };
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "KeyedWorkflows administration", ["version"] = "1", ["description"] = "Profiles, tokens, tenants and usage of a host. No answer holds a key." },
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
            ["paths"] = new JsonObject([.. paths.Select(path => KeyValuePair.Create(prefix + path.Key, path.Value!.DeepClone()))!]),
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "A token for administration: adm-…" } },
                ["schemas"] = new JsonObject
                {
                    ["Error"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["properties"] = new JsonObject
                        {
                            ["code"] = Text(64),
                            ["message"] = Text(4096),
                            ["status"] = Whole(400, 599),
                            ["error_code"] = Text(64),
                            ["provider_status"] = Whole(100, 599),
                            ["problems"] = new JsonObject { ["type"] = "array", ["items"] = Any() },
                        },
                        ["required"] = new JsonArray("code", "message", "status"),
                    },
                    ["Profile"] = Shown(
                        ProfileProperties(),
                        ("id", Text(64)), ("header_names", List(Text(128))), ("revision", Text(32)), ("key_fingerprint", Nullable(Text(16))), ("fault_code", Nullable(Text(64))), ("fault", Nullable(Text(4096)))),
                    ["Token"] = Shown(
                        TokenProperties(),
                        ("id", Text(64)), ("enabled", Boolean()), ("created_at", Nullable(Time())), ("former_until", Nullable(Time())), ("revision", Text(32)), ("fault", Nullable(Text(4096))), ("value", Text(64)), ("callback_secret", Text(64))),
                },
            },
        };
    }

    private static JsonObject ProfileBody(params string[] required) => Body(ProfileProperties(), required);

    private static JsonObject TokenBody(params string[] required) => Body(TokenProperties(), required);

    private static JsonObject ProfileProperties() => new()
    {
        ["name"] = Name(),
        ["tenant"] = Nullable(Name()),
        ["provider"] = Name(),
        ["api_key"] = Key(),
        ["key_reference"] = Text(2_048),
        ["endpoint"] = Nullable(new JsonObject { ["type"] = "string", ["format"] = "uri", ["maxLength"] = 2048 }),
        ["organization"] = Nullable(Text(256)),
        ["project"] = Nullable(Text(256)),
        ["headers"] = new JsonObject { ["type"] = "object", ["additionalProperties"] = Key(), ["writeOnly"] = true },
        ["model"] = Nullable(Text(256)),
        ["embedding_model"] = Nullable(Text(256)),
        ["models"] = Map(),
        ["labels"] = Map(),
        ["limits"] = Limits(),
        ["concurrent_runs"] = Nullable(Whole(1, int.MaxValue)),
        ["enabled"] = Boolean(),
    };

    private static JsonObject TokenProperties() => new()
    {
        ["name"] = Name(),
        ["workflows"] = List(Name()),
        ["tenants"] = List(Name()),
        ["profile_ids"] = List(Text(64)),
        ["pinned_tenant"] = Nullable(Name()),
        ["may_send_key"] = Boolean(),
        ["requests_per_minute"] = Nullable(Whole(1, int.MaxValue)),
        ["concurrent_runs"] = Nullable(Whole(1, int.MaxValue)),
        ["limits"] = Limits(),
        ["expires_at"] = Nullable(Time()),
    };

    private static JsonObject Limits() => Nullable(Body(new JsonObject
    {
        ["requests_per_minute"] = Nullable(Whole(1, int.MaxValue)),
        ["tokens_per_minute"] = Nullable(Whole(1, null)),
        ["day"] = Budget(),
        ["month"] = Budget(),
    }));

    private static JsonObject Budget() => Nullable(Body(new JsonObject
    {
        ["tokens"] = Nullable(Whole(0, null)),
        ["money"] = new JsonObject { ["type"] = new JsonArray("string", "number", "null") },
        ["currency"] = new JsonObject { ["type"] = "string", ["pattern"] = "^[A-Z]{3}$" },
        ["soft"] = Boolean(),
    }));

    /// <summary>What an answer shows: no more of what is only written, and what the store knows besides.</summary>
    private static JsonObject Shown(JsonObject properties, params ReadOnlySpan<(string Name, JsonObject Schema)> more)
    {
        properties.Remove("api_key");
        properties.Remove("headers");
        foreach (var (name, schema) in more)
            properties[name] = schema;
        return new JsonObject { ["type"] = "object", ["properties"] = properties };
    }

    private static JsonObject Of(string id, string summary, int status, JsonObject answer, ReadOnlySpan<JsonObject> parameters) => Operation(id, summary, Json(status, "The answer.", answer), Copies(parameters));

    private static JsonObject None(string id, string summary, params ReadOnlySpan<JsonObject> parameters) => Operation(id, summary, new JsonObject { ["204"] = new JsonObject { ["description"] = "Done." } }, Copies(parameters));

    /// <summary>A node has one place.</summary>
    private static JsonObject[] Copies(ReadOnlySpan<JsonObject> parameters)
    {
        var copies = new JsonObject[parameters.Length];
        for (var i = 0; i < copies.Length; i++)
            copies[i] = parameters[i].DeepClone().AsObject();
        return copies;
    }

    private static JsonObject WithOptionalBody(JsonObject operation, JsonObject schema)
    {
        WithBody(operation, schema)["requestBody"]!["required"] = false;
        return operation;
    }

    private static JsonObject Body(JsonObject properties, params string[] required) => new()
    {
        ["type"] = "object",
        ["properties"] = properties,
        ["required"] = new JsonArray([.. required.Select(static name => JsonValue.Create(name))]),
        ["additionalProperties"] = false,
    };

    private static JsonObject Csv()
    {
        var answers = Json(200, "The report.", Any());
        answers["200"]!["content"]!["text/csv"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } };
        return answers;
    }

    private static JsonObject Page(JsonObject item) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["page"] = Whole(1, null), ["limit"] = Whole(1, null), ["total"] = Whole(0, null), ["has_more"] = Boolean(), ["data"] = List(item) },
    };

    private static JsonObject IfMatch() => new() { ["name"] = "If-Match", ["in"] = "header", ["schema"] = Text(66), ["description"] = "The ETag that was read: a change since then is refused with 412." };

    private static JsonObject Name() => new() { ["type"] = "string", ["pattern"] = "^[a-z0-9][a-z0-9_.-]{0,63}$" };

    private static JsonObject Key() => new() { ["type"] = "string", ["format"] = "password", ["writeOnly"] = true, ["minLength"] = 1, ["maxLength"] = Secret.MaxLength };

    private static JsonObject Date() => new() { ["type"] = "string", ["format"] = "date" };

    private static JsonObject Map() => new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" } };

    private static JsonObject List(JsonObject item) => new() { ["type"] = "array", ["items"] = item };

    private static JsonObject Ref(string name) => new() { ["$ref"] = "#/components/schemas/" + name };

    private static JsonObject Nullable(JsonObject schema)
    {
        schema["type"] = new JsonArray((string)schema["type"]!, "null");
        return schema;
    }
}
