using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>What an administrator is told when a change is refused.</summary>
internal static class AdministrationErrors
{
    /// <summary>How many problems of a bulk are told.</summary>
    private const int MostProblems = 100;

    public static ApiError Unauthorized { get; } = new(401, "unauthorized", "The Authorization header must hold a valid token for administration: Authorization: Bearer adm-…");

    public static ApiError ReadOnly { get; } = new(403, "forbidden", "This token may read, and change nothing. Its scope is read.");

    public static ApiError NoSuchProfile { get; } = ApiError.NotFound("There is no profile of this id.");

    public static ApiError NoSuchToken { get; } = ApiError.NotFound("There is no token of this id.");

    public static ApiError NoSuchTenant { get; } = ApiError.NotFound("There is no such tenant.");

    public static ApiError NoSuchRun { get; } = ApiError.NotFound("There is no run of this id: it may have been removed by its age.");

    public static ApiError NoSuchAdministrator { get; } = ApiError.NotFound("There is no administrator of this id.");

    /// <summary>For a store that failed while it was read or written.</summary>
    public static ApiError StoreFailed { get; } = new(503, "service_unavailable", "The host's store does not answer, or takes no changes. Read again what there is before you repeat a change.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
        ErrorCode = WorkflowErrorCodes.StoreUnavailable,
    };

    public static ApiError Of(ProfileRefusedException error) => new(StatusOf(error.Reason), CodeOf(error.Reason), error.Message);

    public static ApiError Of(TokenRefusedException error) => new(StatusOf(error.Reason), CodeOf(error.Reason), error.Message);

    public static ApiError Of(ClientsRefusedException error) => Bulk(ProblemsOf(error.Problems));

    public static IReadOnlyList<EntryProblem> ProblemsOf(IEnumerable<ClientProblem> problems) => [.. problems.Select(static problem => new EntryProblem(
        problem.Index,
        problem.TokenRefusal is null ? "profile" : "token",
        problem.TokenRefusal is { } token ? CodeOf(token) : CodeOf(problem.ProfileRefusal ?? ProfileRefusal.Malformed),
        problem.Message))];

    /// <summary>For many entries of which some cannot be made.</summary>
    public static ApiError Bulk(IReadOnlyList<EntryProblem> problems) =>
        new(422, "bulk_refused", $"{(problems.Count == 1 ? "One problem" : $"{problems.Count} problems")}, and nothing was made. Mend what is listed under 'problems' by its index, and send all of it again.") { Problems = [.. problems.Take(MostProblems)] };

    private static int StatusOf(ProfileRefusal reason) => reason switch
    {
        ProfileRefusal.NameTaken or ProfileRefusal.Unreadable => 409,
        ProfileRefusal.NotFound => 404,
        ProfileRefusal.KeyRequired or ProfileRefusal.ReferenceRefused => 422,
        ProfileRefusal.Changed => 412,
        ProfileRefusal.StoreSetBack => 503,
        _ => 400,
    };

    private static string CodeOf(ProfileRefusal reason) => reason switch
    {
        ProfileRefusal.NameTaken => "name_taken",
        ProfileRefusal.Unreadable => "unreadable",
        ProfileRefusal.NotFound => "not_found",
        ProfileRefusal.KeyRequired => "key_required",
        ProfileRefusal.ReferenceRefused => "reference_refused",
        ProfileRefusal.Changed => "precondition_failed",
        ProfileRefusal.StoreSetBack => "service_unavailable",
        _ => "invalid_param",
    };

    private static int StatusOf(TokenRefusal reason) => reason switch
    {
        TokenRefusal.NameTaken or TokenRefusal.Unreadable => 409,
        TokenRefusal.NotFound => 404,
        TokenRefusal.Changed => 412,
        TokenRefusal.StoreSetBack => 503,
        _ => 400,
    };

    private static string CodeOf(TokenRefusal reason) => reason switch
    {
        TokenRefusal.NameTaken => "name_taken",
        TokenRefusal.Unreadable => "unreadable",
        TokenRefusal.NotFound => "not_found",
        TokenRefusal.Changed => "precondition_failed",
        TokenRefusal.StoreSetBack => "service_unavailable",
        _ => "invalid_param",
    };
}
