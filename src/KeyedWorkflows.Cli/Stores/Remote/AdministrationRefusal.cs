using System.Globalization;
using System.Text.Json.Nodes;

namespace KeyedWorkflows.Cli.Stores.Remote;

/// <summary>What a host answered in the place of doing what was asked.</summary>
internal sealed class AdministrationRefusal(int status, string? code, string? errorCode, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string? Code { get; } = code;

    public string? ErrorCode { get; } = errorCode;

    public static AdministrationRefusal Of(int status, JsonNode? answer) => new(
        status,
        (string?)answer?["code"],
        (string?)answer?["error_code"],
        (string?)answer?["message"] is { } message ? ClientProblems.Text(message, [.. (answer["problems"] as JsonArray ?? []).Select(static problem => ((int?)problem?["index"] ?? 0, (string?)problem?["part"] ?? "", (string?)problem?["message"] ?? ""))]) : string.Create(CultureInfo.InvariantCulture, $"What answered is no administration API, or does not serve it at this address (status {status}). Name the host's address with --host: the API lies below /admin/v1 unless its host says otherwise."));

    public CommandFault ToFault() => new(
        Status switch
        {
            // Not of the API: what answered is something else.
            404 => Code is null ? ExitCodes.Unavailable : ExitCodes.NotFound,
            409 when Code == "name_taken" => ExitCodes.Conflict,
            412 => ExitCodes.Conflict,
            409 or >= 500 => ExitCodes.Unavailable,
            _ => ExitCodes.Refused,
        },
        Message) { ErrorCode = ErrorCode };
}
