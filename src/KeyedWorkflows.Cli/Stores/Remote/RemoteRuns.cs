using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Hosts;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Stores.Remote;

/// <summary>Reads runs as a host tells them: without what callers gave and models answered.</summary>
internal static class RemoteRuns
{
    /// <summary>Prices are kept in billionths: no more would fit.</summary>
    private const decimal MostMoney = 9_000_000_000m;

    public static StoredRun Run(JsonNode? run) => new()
    {
        Id = run.Text("id"),
        Workflow = run.Text("workflow"),
        Version = run.TextOrNull("version"),
        TokenId = run.Text("token_id"),
        Tenant = run.TextOrNull("tenant"),
        EndUser = run.TextOrNull("user"),
        Status = run.Text("status"),
        Bindings = Encoding.UTF8.GetBytes(run.Member("bindings") is null ? "[]" : run.List("bindings").ToJsonString()),
        ErrorCode = run.TextOrNull("error_code"),
        Error = run.TextOrNull("error"),
        TotalSteps = 0,
        Exceptions = 0,
        Usage = Usage(run),
        CreatedAt = run.Value<DateTimeOffset>("created_at"),
        FinishedAt = run.ValueOrNull<DateTimeOffset>("finished_at"),
        Duration = Seconds(run),
    };

    public static RunDetail Detail(JsonNode? run) => new(
        Run(run),
        [.. run.List("steps").Select(static (step, i) => new RunStep
        {
            Number = i,
            Step = step.Text("step"),
            Element = step.ValueOrNull<int>("element"),
            Attempt = step.Value<int>("attempt"),
            Status = step.Text("status"),
            ErrorCode = step.TextOrNull("error_code"),
            Error = step.TextOrNull("error"),
            Usage = Usage(step),
            StartedAt = default,
            Duration = Seconds(step) ?? default,
        })],
        [.. run.List("calls").Select((call, i) => new RunModelCall
        {
            Number = i,
            Step = call.Text("step"),
            Attempt = 1,
            Slot = call.Text("slot"),
            ProfileId = call.TextOrNull("profile_id"),
            ProfileName = call.TextOrNull("profile"),
            Workflow = run.Text("workflow"),
            TokenId = run.Text("token_id"),
            Provider = call.Text("provider"),
            ModelAnswered = call.TextOrNull("model"),
            InputTokens = call.Value<long>("input_tokens"),
            OutputTokens = call.Value<long>("output_tokens"),
            CachedInputTokens = 0,
            ReasoningTokens = 0,
            IsEstimated = call.Value<bool>("is_estimated"),
            Price = Price(call),
            ErrorCode = call.TextOrNull("error_code"),
            ProviderRequestId = call.TextOrNull("provider_request_id"),
            StartedAt = default,
            Duration = default,
        })]);

    private static BookedPrice? Price(JsonNode? call) => call.TextOrNull("price") is { } price && call.TextOrNull("currency") is { } currency
        ? new BookedPrice((long)(decimal.TryParse(price, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) && Math.Abs(amount) < MostMoney ? amount * BookedPrice.BillionthsOfWhole : throw new OddAnswerException()), currency)
        : null;

    private static TimeSpan? Seconds(JsonNode? of) => of.ValueOrNull<double>("elapsed_seconds") is { } seconds ? TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond)) : null;

    private static RunUsage Usage(JsonNode? of) => of.Member("usage") is not { } usage ? default : new()
    {
        Calls = usage.Value<int>("calls"),
        InputTokens = usage.Value<long>("input_tokens"),
        OutputTokens = usage.Value<long>("output_tokens"),
        CachedInputTokens = usage.Value<long>("cached_input_tokens"),
        ReasoningTokens = usage.Value<long>("reasoning_tokens"),
    };
}
