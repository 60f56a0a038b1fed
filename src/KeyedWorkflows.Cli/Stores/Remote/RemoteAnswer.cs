using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using KeyedWorkflows.Server;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Stores.Remote;

/// <summary>Reads what a host answers. What a newer host says besides is passed over.</summary>
internal static class RemoteAnswer
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        Converters = { new BudgetConverter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <exception cref="CommandFault">The host answered something else.</exception>
    public static T Read<T>(JsonNode answer)
    {
        try
        {
            return answer.Deserialize<T>(Options) ?? throw Odd();
        }
        catch (JsonException)
        {
            throw Odd();
        }
    }

    public static AccessToken Token(JsonNode answer)
    {
        // One that cannot be read has no time of its making.
        if (answer is JsonObject token && token["created_at"] is null)
            token["created_at"] = DateTimeOffset.UnixEpoch.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        return Read<AccessToken>(answer);
    }

    public static Administrator Administrator(JsonNode answer)
    {
        if (answer is JsonObject one && one["created_at"] is null)
            one["created_at"] = DateTimeOffset.UnixEpoch.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        return Read<Administrator>(answer);
    }

    public static KeyTrial Trial(JsonNode? trial) => new()
    {
        Model = (string?)trial?["model"],
        ErrorCode = (string?)trial?["error_code"],
        Error = (string?)trial?["error"],
        ProviderStatus = (int?)trial?["provider_status"],
        ProviderRequestId = (string?)trial?["provider_request_id"],
        Elapsed = TimeSpan.FromMilliseconds((double?)trial?["elapsed_ms"] ?? 0),
    };

    public static AuditEntry Entry(JsonNode entry) => new()
    {
        Number = (long)entry["number"]!,
        At = (DateTimeOffset)entry["at"]!,
        Actor = AuditActor.Read((string)entry["actor_kind"]!, (string)entry["actor"]!, (string?)entry["actor_id"], (string?)entry["address"]),
        Action = (string)entry["action"]!,
        Outcome = (string)entry["outcome"]!,
        Count = (long)entry["count"]!,
        Since = (DateTimeOffset?)entry["since"],
        SubjectKind = (string)entry["subject_kind"]!,
        SubjectId = (string?)entry["subject_id"],
        SubjectName = (string?)entry["subject"],
        Tenants = [.. entry["tenants"]!.AsArray().Select(static tenant => (string)tenant!)],
        Changes = [.. entry["changes"]!.AsArray().Select(static change => (string)change!)],
        Mac = (string)entry["mac"]!,
    };

    public static AuditVerification Verification(JsonNode answer) => new()
    {
        Entries = (long)answer["entries"]!,
        Head = AuditHead.TryParse((string?)answer["head"], out var head) ? head : null,
        Fault = (string?)answer["fault"] is { } fault ? Enum.Parse<AuditFault>(fault.Replace("_", "", StringComparison.Ordinal), ignoreCase: true) : null,
        FirstBroken = (long?)answer["first_broken"],
        Message = (string)answer["message"]!,
    };

    private static CommandFault Odd() => CommandFault.Unavailable("The host answered something that this version of the command does not understand. Are both of one version?");

    /// <summary>Amounts are texts, and what only warns is called soft.</summary>
    private sealed class BudgetConverter : JsonConverter<Budget>
    {
        public override Budget? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var budget = JsonNode.Parse(ref reader);
            return budget is null ? null : new Budget
            {
                Tokens = (long?)budget["tokens"],
                Money = budget["money"] is { } money ? money.Deserialize<decimal>(options) : null,
                Currency = (string?)budget["currency"] ?? "USD",
                IsSoft = (bool?)budget["soft"] ?? false,
            };
        }

        public override void Write(Utf8JsonWriter writer, Budget value, JsonSerializerOptions options) => throw new JsonException("Limits are written elsewhere.");
    }
}
