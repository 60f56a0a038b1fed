using System.Globalization;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary><c>/usage</c>: what was used, as JSON or, for who accepts that alone or rather, as CSV.</summary>
internal sealed class UsageEndpoint(UsageLedger ledger, TimeProvider time)
{
    private const string Day = "yyyy-MM-dd";

    private static readonly Dictionary<string, UsageDimension> Dimensions = Enum.GetValues<UsageDimension>().ToDictionary(static one => one.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    public async Task AnswerAsync(HttpContext http)
    {
        var zone = QueryText.Optional(http, "time_zone") ?? "UTC";
        if (!UsageLedger.IsZoneName(zone) || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known))
            throw ApiError.InvalidParam("Parameter 'time_zone' is no time zone. Give its IANA name, such as Europe/Berlin.").ToException();
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), known).DateTime);
        var to = Date(http, "to") ?? today;
        var from = Date(http, "from") ?? new DateOnly(to.Year, to.Month, 1);
        if (to < from || to.Year >= DateOnly.MaxValue.Year || from.Year <= DateOnly.MinValue.Year)
            throw ApiError.InvalidParam("Parameter 'to' must be a day that does not come before 'from', and both must be of years from 2 to 9998.").ToException();
        var query = new UsageQuery
        {
            From = from,
            To = to,
            TimeZone = zone,
            Tenant = QueryText.Optional(http, "tenant"),
            ProfileId = QueryText.Optional(http, "profile_id"),
            Workflow = QueryText.Optional(http, "workflow"),
        };
        if (QueryText.Optional(http, "by") is { } by)
            query = query with { By = By(by) };
        var report = await ledger.ReadAsync(query, http.RequestAborted).ConfigureAwait(false);
        if (CsvAnswer.IsWanted(http))
            await CsvAnswer.WriteAsync(http, $"usage-{from.ToString(Day, CultureInfo.InvariantCulture)}-{to.ToString(Day, CultureInfo.InvariantCulture)}.csv", report.ToCsv()).ConfigureAwait(false);
        else
            await JsonAnswer.WriteAsync(http, 200, report, static (writer, report) => report.WriteTo(writer)).ConfigureAwait(false);
    }

    private static DateOnly? Date(HttpContext http, string name)
    {
        if (QueryText.Optional(http, name) is not { } text)
            return null;
        return DateOnly.TryParseExact(text, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw ApiError.InvalidParam($"Parameter '{name}' must be a day: 2026-11-01.").ToException();
    }

    private static UsageDimension[] By(string text)
    {
        var names = text.Split(',');
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Length || !names.All(Dimensions.ContainsKey))
            throw ApiError.InvalidParam($"Parameter 'by' must be a list without repetition of: {string.Join(", ", Dimensions.Keys)}.").ToException();
        return [.. names.Select(static name => Dimensions[name])];
    }
}
