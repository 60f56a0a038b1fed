using System.Globalization;
using System.Text.Json.Nodes;
using KeyedWorkflows.Server;

namespace KeyedWorkflows.Cli.Stores.Remote;

/// <summary>What a host answered in the place of doing what was asked.</summary>
internal sealed class AdministrationRefusal(int status, string? code, string? errorCode, string message, IReadOnlyList<EntryProblem>? problems = null) : Exception(message)
{
    public int Status { get; } = status;

    public string? Code { get; } = code;

    public string? ErrorCode { get; } = errorCode;

    /// <summary>What says no code is not of the API, whatever else it says: another server, or a proxy before the host.</summary>
    public static AdministrationRefusal Of(int status, JsonNode? answer) => answer is JsonObject of && Text(of, "code") is { } code && Text(of, "message") is { } message
        ? Of(status, code, Text(of, "error_code"), message, [.. (of["problems"] as JsonArray ?? []).OfType<JsonObject>().Select(ProblemOf)])
        : new(status, null, null, string.Create(CultureInfo.InvariantCulture, $"What answered is no administration API, or does not serve it at this address (status {status}). Name the host's address with --host: the API lies below /admin/v1 unless its host says otherwise."));

    public CommandFault ToFault() => new(
        Status switch
        {
            _ when Code is null => ExitCodes.Unavailable,
            _ when problems is not null => ClientProblems.ExitCodeOf(problems),
            404 => ExitCodes.NotFound,
            409 when Code == "name_taken" => ExitCodes.Conflict,
            412 => ExitCodes.Conflict,
            409 or >= 500 => ExitCodes.Unavailable,
            _ => ExitCodes.Refused,
        },
        Message) { ErrorCode = ErrorCode };

    private static AdministrationRefusal Of(int status, string code, string? errorCode, string message, IReadOnlyList<EntryProblem> problems) =>
        problems.Count == 0 ? new(status, code, errorCode, message) : new(status, code, errorCode, ClientProblems.Text(problems), problems);

    private static EntryProblem ProblemOf(JsonObject problem) =>
        new(problem["index"] is JsonValue value && value.TryGetValue<int>(out var index) ? index : 0, Text(problem, "part") ?? "", Text(problem, "code") ?? "", Text(problem, "message") ?? "");

    private static string? Text(JsonObject answer, string name) => answer[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
