using System.Globalization;
using System.Text;
using System.Text.Json;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Cli.Stores;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Runs;

/// <summary>How runs are shown. What callers and models said is shown as far as it is kept, and only where one run is asked for.</summary>
internal static class RunView
{
    /// <summary>Longer inputs and answers are for <c>--json</c>.</summary>
    private const int MostCharacters = 2_000;

    public static void WriteFields(Utf8JsonWriter json, StoredRun run)
    {
        json.WriteString("id"u8, run.Id);
        json.WriteString("workflow"u8, run.Workflow);
        json.WriteString("version"u8, run.Version);
        json.WriteString("status"u8, run.Status);
        json.WriteString("tenant"u8, run.Tenant);
        json.WriteString("token_id"u8, run.TokenId);
        json.WriteString("user"u8, run.EndUser);
        json.WriteString("created_at"u8, Times.Of(run.CreatedAt));
        json.WriteString("finished_at"u8, Times.Of(run.FinishedAt));
        if (run.Duration is { } duration)
            json.WriteNumber("elapsed_seconds"u8, duration.TotalSeconds);
        json.WriteString("error_code"u8, run.ErrorCode);
        json.WriteString("error"u8, run.Error);
        json.WriteStartObject("usage"u8);
        json.WriteNumber("calls"u8, run.Usage.Calls);
        json.WriteNumber("input_tokens"u8, run.Usage.InputTokens);
        json.WriteNumber("output_tokens"u8, run.Usage.OutputTokens);
        json.WriteNumber("cached_input_tokens"u8, run.Usage.CachedInputTokens);
        json.WriteNumber("reasoning_tokens"u8, run.Usage.ReasoningTokens);
        json.WriteEndObject();
    }

    public static void WriteJson(Utf8JsonWriter json, RunDetail detail)
    {
        json.WriteStartObject();
        WriteFields(json, detail.Run);
        WriteRaw(json, "inputs", detail.Run.Inputs);
        WriteRaw(json, "outputs", detail.Run.Outputs);
        WriteRaw(json, "bindings", detail.Run.Bindings);
        json.WriteList("steps", detail.Steps, static (json, step) =>
        {
            json.WriteStartObject();
            json.WriteString("step"u8, step.Step);
            if (step.Element is { } element)
                json.WriteNumber("element"u8, element);
            json.WriteNumber("attempt"u8, step.Attempt);
            json.WriteString("status"u8, step.Status);
            json.WriteNumber("elapsed_seconds"u8, step.Duration.TotalSeconds);
            json.WriteString("error_code"u8, step.ErrorCode);
            json.WriteString("error"u8, step.Error);
            WriteRaw(json, "output", step.Output);
            json.WriteEndObject();
        });
        json.WriteList("calls", detail.Calls, static (json, call) =>
        {
            json.WriteStartObject();
            json.WriteString("step"u8, call.Step);
            json.WriteString("slot"u8, call.Slot);
            json.WriteString("profile"u8, call.ProfileName);
            json.WriteString("profile_id"u8, call.ProfileId);
            json.WriteString("provider"u8, call.Provider);
            json.WriteString("model"u8, call.ModelAnswered ?? call.ModelAsked);
            json.WriteNumber("input_tokens"u8, call.InputTokens);
            json.WriteNumber("output_tokens"u8, call.OutputTokens);
            json.WriteBoolean("is_estimated"u8, call.IsEstimated);
            json.WriteString("price"u8, call.Price?.ToText());
            json.WriteString("currency"u8, call.Price?.Currency);
            json.WriteString("error_code"u8, call.ErrorCode);
            json.WriteString("provider_request_id"u8, call.ProviderRequestId);
            json.WriteEndObject();
        });
        json.WriteEndObject();
    }

    public static void Write(Terminal terminal, RunDetail detail)
    {
        var run = detail.Run;
        new Details()
            .Add("run", run.Id).Add("workflow", run.Version is { } version ? $"{run.Workflow}@{version}" : run.Workflow).Add("status", run.Status).Add("tenant", run.Tenant).Add("user", run.EndUser).Add("token", run.TokenId)
            .Add("paid by", string.Join(", ", detail.Calls.Select(static call => call.ProfileName ?? "a key of the run").Distinct(StringComparer.Ordinal)))
            .Add("begun", Times.Of(run.CreatedAt)).Add("took", run.Duration is { } duration ? Times.Of(duration) : null)
            .Add("usage", string.Create(CultureInfo.InvariantCulture, $"{run.Usage.Calls} calls, {run.Usage.InputTokens} tokens in, {run.Usage.OutputTokens} out"))
            .Add("error", run.ErrorCode is null ? null : $"{run.ErrorCode}: {run.Error}").Add("inputs", Shortened(run.Inputs)).Add("outputs", Shortened(run.Outputs))
            .WriteTo(terminal.Output);
        if (detail.Steps.Count > 0)
        {
            terminal.Output.WriteLine();
            var steps = new Table("STEP", "STATUS", "TOOK", "CALLS", "TOKENS", "ERROR");
            foreach (var step in detail.Steps)
            {
                steps.Add(
                    step.Element is { } element ? string.Create(CultureInfo.InvariantCulture, $"{step.Step}[{element}]") : step.Step, step.Attempt > 1 ? string.Create(CultureInfo.InvariantCulture, $"{step.Status} ({step.Attempt})") : step.Status,
                    Times.Of(step.Duration), step.Usage.Calls.ToString(CultureInfo.InvariantCulture), (step.Usage.InputTokens + step.Usage.OutputTokens).ToString(CultureInfo.InvariantCulture), step.ErrorCode);
            }
            steps.WriteTo(terminal);
        }
    }

    private static string? Shortened(byte[]? json)
    {
        if (json is null)
            return null;
        var text = Encoding.UTF8.GetString(json);
        return text.Length <= MostCharacters ? text : text[..MostCharacters] + "… (all of it: --json)";
    }

    private static void WriteRaw(Utf8JsonWriter json, string name, byte[]? value)
    {
        json.WritePropertyName(name);
        if (value is null)
        {
            json.WriteNullValue();
            return;
        }
        using var document = JsonDocument.Parse(value);
        document.RootElement.WriteTo(json);
    }
}
