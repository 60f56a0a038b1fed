using System.CommandLine;
using System.Globalization;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Usage;

/// <summary>Says who used what, and what it cost.</summary>
internal sealed class UsageCommand : CliCommand
{
    private readonly Option<string?> tenant = new("--tenant") { Description = "Only this tenant's.", HelpName = "TENANT" };
    private readonly Option<string?> profile = new("--profile") { Description = "Only what this profile paid for: its name, or its id (also of one that is deleted).", HelpName = "PROFILE" };
    private readonly Option<string?> workflow = new("--workflow") { Description = "Only this workflow's.", HelpName = "NAME" };
    private readonly Option<string?> month = new("--month") { Description = "A month. Left out, with --from and --to: this one, until today.", HelpName = "YYYY-MM" };
    private readonly Option<string?> from = new("--from") { Description = "The first day.", HelpName = "YYYY-MM-DD" };
    private readonly Option<string?> to = new("--to") { Description = "The last day, which counts.", HelpName = "YYYY-MM-DD" };
    private readonly Option<string> zone = new("--time-zone") { Description = "Whose days are meant, by its IANA name.", HelpName = "ZONE", DefaultValueFactory = static _ => "UTC" };
    private readonly Option<string?> by = new("--by") { Description = "By what it is told: tenant, profile, workflow, model, token, day, with commas between. Left out: the first four, and day with --csv and --json.", HelpName = "LIST" };
    private readonly Option<bool> csv = new("--csv") { Description = "Tells the result as CSV: the same bytes each time, once the days are over." };
    private readonly Option<string?> file = new("--out", "-o") { Description = "The file to write CSV or JSON to. Left out: standard output.", HelpName = "FILE" };
    private readonly Option<bool> force = new("--force") { Description = "Replaces a file of that name." };

    public UsageCommand()
        : base("usage", "Says who used what, and what it cost, as it was booked.")
    {
        foreach (var option in (Option[])[tenant, profile, workflow, month, from, to, zone, by, csv, file, force])
            Options.Add(option);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "workflows usage --month 2026-11 --time-zone Europe/Berlin",
        "workflows usage --tenant client-a --month 2026-11 --csv --out client-a-2026-11.csv",
        "workflows usage --from 2026-11-01 --to 2026-11-07 --by tenant,day --json",
    ];

    public override async Task<int> RunAsync(Invocation call)
    {
        if (call.IsJson && call.Get(csv))
            throw CommandFault.Usage("Give --json or --csv, not both.");
        var isForScripts = call.IsJson || call.Get(csv);
        if (call.Get(file) is not null && !isForScripts)
            throw CommandFault.Usage("--out goes with --csv or --json.");
        var (first, last) = DaysOf(call);
        await using var store = call.OpenStore();
        UsageReport report;
        try
        {
            report = await store.ReadUsageAsync(
                new UsageQuery
                {
                    From = first,
                    To = last,
                    TimeZone = call.Get(zone)!,
                    Tenant = call.Get(tenant),
                    Workflow = call.Get(workflow),
                    ProfileId = call.Get(profile) is { } wanted ? await IdOfAsync(call, store, wanted) : null,
                    By = DimensionsOf(call, isForScripts),
                },
                call.Cancellation);
        }
        catch (ArgumentException refused) when (refused.ParamName == "query")
        {
            throw CommandFault.Usage(refused.Message.Split(" (Parameter", 2)[0]);
        }
        if (isForScripts)
            Hand(call, call.IsJson ? report.ToJson() : report.ToCsv());
        else
            WriteTable(call, report);
        return ExitCodes.Done;
    }

    /// <summary>One that is deleted is known by its id alone.</summary>
    private static async Task<string> IdOfAsync(Invocation call, Stores.IOperatorStore store, string wanted) =>
        wanted.Length == 32 && wanted.All(char.IsAsciiHexDigitLower) ? wanted : (await call.FindProfileAsync(store, wanted)).Id;

    private (DateOnly First, DateOnly Last) DaysOf(Invocation call)
    {
        var (aMonth, first, last) = (call.Get(month), call.Get(from), call.Get(to));
        if (aMonth is not null)
        {
            if (first is not null || last is not null)
                throw CommandFault.Usage("Give --month, or --from and --to.");
            if (!DateOnly.TryParseExact(aMonth + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var begin))
                throw CommandFault.Usage("--month is no month, such as 2026-11.");
            return (begin, begin.AddMonths(1).AddDays(-1));
        }
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(call.Get(zone)!, out var where))
            throw CommandFault.Usage("There is no such time zone. Give its IANA name, such as Europe/Berlin.");
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(call.Terminal.Time.GetUtcNow(), where).DateTime);
        var end = last is null ? today : Times.ReadDay(last, "--to");
        return (first is null ? new DateOnly(end.Year, end.Month, 1) : Times.ReadDay(first, "--from"), end);
    }

    private UsageDimension[] DimensionsOf(Invocation call, bool isForScripts)
    {
        if (call.Get(by) is not { } list)
            return isForScripts ? [UsageDimension.Tenant, UsageDimension.Profile, UsageDimension.Workflow, UsageDimension.Model, UsageDimension.Day] : [UsageDimension.Tenant, UsageDimension.Profile, UsageDimension.Workflow, UsageDimension.Model];
        return [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(static name =>
            name.All(char.IsAsciiLetter) && Enum.TryParse<UsageDimension>(name, ignoreCase: true, out var dimension)
                ? dimension
                : throw CommandFault.Usage("--by takes tenant, profile, workflow, model, token and day, with commas between."))];
    }

    private void Hand(Invocation call, string text)
    {
        if (call.Get(file) is { } path)
            FileText.Write(call.PathOf(path), text, call.Get(force));
        else
            call.Output.Write(text);
    }

    private static void WriteTable(Invocation call, UsageReport report)
    {
        var dimensions = report.Query.By;
        var table = new Table([.. dimensions.Select(static dimension => dimension.ToString().ToUpperInvariant()), "RUNS", "CALLS", "INPUT", "CACHED", "OUTPUT", "PRICE", "CURRENCY"]);
        foreach (var row in report.Rows)
        {
            table.Add([
                .. dimensions.Select(dimension => CellOf(row, dimension)), Number(row.Runs), Number(row.Calls), Number(row.InputTokens), Number(row.CachedInputTokens), Number(row.OutputTokens),
                row.Currency is null ? null : BookedPrice.Text(row.Price), row.Currency]);
        }
        table.WriteTo(call.Terminal);
        var (estimated, unpriced) = (report.Rows.Sum(static row => row.EstimatedCalls), report.Rows.Sum(static row => row.UnpricedCalls));
        if (estimated > 0)
            call.Terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{estimated} calls are estimated: the provider reported no tokens."));
        if (unpriced > 0)
            call.Terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{unpriced} calls have no price: their model's is not known, and the price above lacks them."));
    }

    private static string? CellOf(UsageRow row, UsageDimension dimension) => dimension switch
    {
        UsageDimension.Tenant => row.Tenant,
        UsageDimension.Profile => row.Profile ?? row.ProfileId,
        UsageDimension.Workflow => row.Workflow,
        UsageDimension.Model => row.Model,
        UsageDimension.Token => row.TokenId,
        _ => row.Day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
