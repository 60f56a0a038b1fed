using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Stores.Remote;

/// <summary>Reads runs as a host tells them: without what callers gave and models answered.</summary>
internal static class RemoteRuns
{
    public static StoredRun Run(JsonNode run) => new()
    {
        Id = (string)run["id"]!,
        Workflow = (string)run["workflow"]!,
        Version = (string?)run["version"],
        TokenId = (string)run["token_id"]!,
        Tenant = (string?)run["tenant"],
        EndUser = (string?)run["user"],
        Status = (string)run["status"]!,
        Bindings = Encoding.UTF8.GetBytes(run["bindings"]?.ToJsonString() ?? "[]"),
        ErrorCode = (string?)run["error_code"],
        Error = (string?)run["error"],
        TotalSteps = 0,
        Exceptions = 0,
        Usage = Usage(run),
        CreatedAt = (DateTimeOffset)run["created_at"]!,
        FinishedAt = (DateTimeOffset?)run["finished_at"],
        Duration = Seconds(run),
    };

    public static RunDetail Detail(JsonNode run) => new(
        Run(run),
        [.. (run["steps"]?.AsArray() ?? []).Select(static (step, i) => new RunStep
        {
            Number = i,
            Step = (string)step!["step"]!,
            Element = (int?)step["element"],
            Attempt = (int)step["attempt"]!,
            Status = (string)step["status"]!,
            ErrorCode = (string?)step["error_code"],
            Error = (string?)step["error"],
            Usage = Usage(step),
            StartedAt = default,
            Duration = Seconds(step) ?? default,
        })],
        [.. (run["calls"]?.AsArray() ?? []).Select((call, i) => new RunModelCall
        {
            Number = i,
            Step = (string)call!["step"]!,
            Attempt = 1,
            Slot = (string)call["slot"]!,
            ProfileId = (string?)call["profile_id"],
            ProfileName = (string?)call["profile"],
            Workflow = (string)run["workflow"]!,
            TokenId = (string)run["token_id"]!,
            Provider = (string)call["provider"]!,
            ModelAnswered = (string?)call["model"],
            InputTokens = (long)call["input_tokens"]!,
            OutputTokens = (long)call["output_tokens"]!,
            CachedInputTokens = 0,
            ReasoningTokens = 0,
            IsEstimated = (bool)call["is_estimated"]!,
            Price = Price(call),
            ErrorCode = (string?)call["error_code"],
            ProviderRequestId = (string?)call["provider_request_id"],
            StartedAt = default,
            Duration = default,
        })]);

    private static BookedPrice? Price(JsonNode call) => (string?)call["price"] is { } price && (string?)call["currency"] is { } currency
        ? new BookedPrice((long)(decimal.Parse(price, CultureInfo.InvariantCulture) * BookedPrice.BillionthsOfWhole), currency)
        : null;

    private static TimeSpan? Seconds(JsonNode of) => (double?)of["elapsed_seconds"] is { } seconds ? TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond)) : null;

    private static RunUsage Usage(JsonNode of) => of["usage"] is not { } usage ? default : new()
    {
        Calls = (int)usage["calls"]!,
        InputTokens = (long)usage["input_tokens"]!,
        OutputTokens = (long)usage["output_tokens"]!,
        CachedInputTokens = (long)usage["cached_input_tokens"]!,
        ReasoningTokens = (long)usage["reasoning_tokens"]!,
    };
}
