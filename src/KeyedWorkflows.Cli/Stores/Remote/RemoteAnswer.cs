using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using KeyedWorkflows.Cli.Hosts;
using KeyedWorkflows.Server;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Stores.Remote;

/// <summary>Reads what a host answers. What a newer host says besides is passed over.</summary>
internal static class RemoteAnswer
{
    private static readonly string[] Counts = ["runs", "calls", "failed_calls", "estimated_calls", "unpriced_calls", "input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens"];

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new BudgetConverter(), new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <exception cref="OddAnswerException">The host answered something else.</exception>
    public static T Read<T>(JsonNode? answer)
    {
        try
        {
            return answer is JsonObject && answer.Deserialize<T>(Options) is { } read ? read : throw new OddAnswerException();
        }
        catch (JsonException)
        {
            throw new OddAnswerException();
        }
    }

    public static AccessToken Token(JsonNode? answer)
    {
        // One that cannot be read has no time of its making.
        if (answer is JsonObject token && token["created_at"] is null)
            token["created_at"] = DateTimeOffset.UnixEpoch.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        return Read<AccessToken>(answer);
    }

    public static Administrator Administrator(JsonNode? answer)
    {
        if (answer is JsonObject one && one["created_at"] is null)
            one["created_at"] = DateTimeOffset.UnixEpoch.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        return Read<Administrator>(answer);
    }

    /// <summary>A value that was made just now, and is told this once.</summary>
    public static Secret Made(JsonNode? answer, string name) => Secret.TryFrom(answer.Text(name), out var made) ? made : throw new OddAnswerException();

    /// <summary>Many clients that were made, who are handed on as they were answered.</summary>
    /// <exception cref="OddAnswerException">Something is missing that is told this once.</exception>
    public static JsonNode MadeClients(JsonNode answer)
    {
        var (profiles, tokens) = (0, 0);
        foreach (var client in answer.List("clients"))
        {
            Read<ProfileListing>(client.Member("profile"));
            profiles++;
            if (client.Member("token") is not { } token)
                continue;
            Token(token);
            Made(token, "value");
            Made(token, "callback_secret");
            tokens++;
        }
        return (answer.Value<int>("profiles"), answer.Value<int>("tokens")) == (profiles, tokens) ? answer : throw new OddAnswerException();
    }

    public static KeyTrial Trial(JsonNode? trial)
    {
        var read = new KeyTrial
        {
            Model = trial.TextOrNull("model"),
            ErrorCode = trial.TextOrNull("error_code"),
            Error = trial.TextOrNull("error"),
            ProviderStatus = trial.ValueOrNull<int>("provider_status"),
            ProviderRequestId = trial.TextOrNull("provider_request_id"),
            Elapsed = trial.Value<long>("elapsed_ms") is >= 0 and < int.MaxValue and var elapsed ? TimeSpan.FromMilliseconds(elapsed) : throw new OddAnswerException(),
        };
        return read.IsOk == trial.Value<bool>("ok") ? read : throw new OddAnswerException();
    }

    public static AuditEntry Entry(JsonNode? entry) => new()
    {
        Number = entry.Value<long>("number"),
        At = entry.Value<DateTimeOffset>("at"),
        Actor = AuditActor.Read(entry.Text("actor_kind"), entry.Text("actor"), entry.TextOrNull("actor_id"), entry.TextOrNull("address")),
        Action = entry.Text("action"),
        Outcome = entry.Text("outcome"),
        Count = entry.Value<long>("count"),
        Since = entry.ValueOrNull<DateTimeOffset>("since"),
        SubjectKind = entry.Text("subject_kind"),
        SubjectId = entry.TextOrNull("subject_id"),
        SubjectName = entry.TextOrNull("subject"),
        Tenants = entry.Texts("tenants"),
        Changes = entry.Texts("changes"),
        Mac = entry.Text("mac"),
    };

    public static AuditVerification Verification(JsonNode answer)
    {
        AuditHead? head = null;
        if (answer.TextOrNull("head") is { } last && !AuditHead.TryParse(last, out head))
            throw new OddAnswerException();
        AuditFault? fault = answer.TextOrNull("fault") is not { } named ? null
            : Enum.TryParse<AuditFault>(named.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var known) ? known
            : throw new OddAnswerException();
        return new AuditVerification { Entries = answer.Value<long>("entries"), Head = head, Fault = fault, FirstBroken = answer.ValueOrNull<long>("first_broken"), Message = answer.Text("message") };
    }

    /// <summary>A line of a report. What has no price says null, and counts as none; no other number is left out.</summary>
    public static UsageRow Usage(JsonNode? row)
    {
        foreach (var number in Counts)
            row.Value<long>(number);
        if (row.TextOrNull("currency") is null)
            row!["price"] = "0";
        else
            row.Text("price");
        return Read<UsageRow>(row);
    }

    /// <summary>What a tenant may run, which is shown as it was answered.</summary>
    /// <exception cref="OddAnswerException">Something is missing of what is shown.</exception>
    public static JsonNode Check(JsonNode answer)
    {
        answer.Value<bool>("can_run_all");
        foreach (var workflow in answer.List("workflows"))
        {
            workflow.Text("workflow");
            workflow.Value<bool>("can_run");
            workflow.TextOrNull("error");
            foreach (var slot in workflow.List("slots"))
            {
                slot.Text("slot");
                slot.Value<bool>("can_run");
                slot.TextOrNull("profile");
                slot.TextOrNull("provider");
                slot.Text("reason");
            }
        }
        return answer;
    }

    /// <summary>An export, which is written as it was answered.</summary>
    /// <exception cref="OddAnswerException">It is none: an empty one would be kept in the place of all profiles.</exception>
    public static JsonNode Export(JsonNode answer)
    {
        answer.Value<int>("version");
        foreach (var profile in answer.List("profiles"))
        {
            profile.Text("name");
            profile.Text("provider");
        }
        return answer;
    }

    /// <summary>Amounts are texts, and what only warns is called soft.</summary>
    private sealed class BudgetConverter : JsonConverter<Budget>
    {
        public override Budget? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var budget = JsonNode.Parse(ref reader);
            return budget is null ? null : new Budget
            {
                Tokens = budget.ValueOrNull<long>("tokens"),
                Money = budget.Member("money")?.Deserialize<decimal>(options),
                Currency = budget.Text("currency"),
                IsSoft = budget.Value<bool>("soft"),
            };
        }

        public override void Write(Utf8JsonWriter writer, Budget value, JsonSerializerOptions options) => throw new JsonException("Limits are written elsewhere.");
    }
}
