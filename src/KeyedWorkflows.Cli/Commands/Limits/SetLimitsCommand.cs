using System.CommandLine;
using System.Globalization;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Cli.Stores;
using KeyedWorkflows.Server;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Limits;

/// <summary>Says what a profile or a token may use. What is not named stays as it is.</summary>
internal sealed class SetLimitsCommand : CliCommand
{
    private const string None = "none";

    private readonly Argument<string> name = new("name") { Description = "The profile's name or id; with --of-token the token's." };
    private readonly Option<bool> ofToken = new("--of-token") { Description = "It is a token." };
    private readonly Option<string?> requests = Limit("--requests-per-minute", "Requests to providers in a minute, or 'none'.", "N");
    private readonly Option<string?> tokens = Limit("--tokens-per-minute", "Tokens in a minute, in and out together, or 'none'.", "N");
    private readonly Option<string?> dayTokens = Limit("--day-tokens", "Tokens in a day, or 'none'. 0 lets nothing through.", "N");
    private readonly Option<string?> dayMoney = Limit("--day-money", "Money in a day, such as 12.50, or 'none'.", "AMOUNT");
    private readonly Option<string?> monthTokens = Limit("--month-tokens", "Tokens in a calendar month, or 'none'.", "N");
    private readonly Option<string?> monthMoney = Limit("--month-money", "Money in a calendar month, or 'none'.", "AMOUNT");
    private readonly Option<string?> currency = new("--currency") { Description = "The currency of the money that is given here. Left out: that of before, else USD. Money counts where a price is known in it: those that come along are in USD.", HelpName = "USD" };
    private readonly Option<bool> soft = new("--soft") { Description = "The budgets that are given here only warn; with 'false' after it they refuse again. Left out: as before." };
    private readonly Option<bool> clear = new("--clear") { Description = "Takes all limits away, before the others are set." };

    public SetLimitsCommand()
        : base("set", "Says what a profile or a token may use. It holds from the next call of every run; what is not named stays as it is.")
    {
        Arguments.Add(name);
        foreach (var option in (Option[])[ofToken, requests, tokens, dayTokens, dayMoney, monthTokens, monthMoney, currency, soft, clear])
            Options.Add(option);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "workflows limits set client_a_openai --month-money 200 --day-money 20",
        "workflows limits set client-a-web --of-token --requests-per-minute 60",
        "workflows limits set client_a_openai --clear",
    ];

    public override async Task<int> RunAsync(Invocation call)
    {
        if (!((Option[])[requests, tokens, dayTokens, dayMoney, monthTokens, monthMoney, clear]).Any(call.Has))
            throw CommandFault.Usage("Nothing is set: name a limit, or --clear. See: workflows limits set --help");
        await using var store = await call.OpenStoreAsync();
        string of;
        UsageLimits? limits;
        if (call.Get(ofToken))
        {
            var token = await call.FindTokenAsync(store, call.Get(name)!);
            limits = Changed(call, token.Limits);
            of = $"Token '{(await store.ReplaceTokenAsync(token.Id, ProfileDrafts.Of(token) with { Limits = limits }, token.Revision, call.Cancellation)).Name}'";
        }
        else
        {
            var profile = await call.FindProfileAsync(store, call.Get(name)!);
            limits = Changed(call, profile.Limits);
            of = $"Profile '{(await store.ReplaceProfileAsync(profile.Id, ProfileDrafts.Of(profile) with { Limits = limits }, profile.Revision, call.Cancellation)).Name}'";
        }
        WarnOfCurrencies(call, limits);
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                AdministrationJson.WriteLimits(json, limits);
                json.WriteEndObject();
            });
        }
        else
        {
            call.Output.WriteLine($"{of}: {LimitsView.Text(limits) ?? "no limits"}.");
        }
        return ExitCodes.Done;
    }

    /// <summary>A budget of money counts what has a price in its currency, and nothing else: one that would never bite is taken, since the host may have such prices, and is not taken in silence.</summary>
    private void WarnOfCurrencies(Invocation call, UsageLimits? limits)
    {
        Budget?[] given = [call.Has(dayTokens) || call.Has(dayMoney) ? limits?.Day : null, call.Has(monthTokens) || call.Has(monthMoney) ? limits?.Month : null];
        foreach (var money in given.Where(static budget => budget is { Money: > 0 }).Select(static budget => budget!.Currency).Distinct(StringComparer.Ordinal))
        {
            if (ListPrices.All.Any(price => price.Currency == money))
                continue;
            call.Terminal.Say(
                $"Warning: the prices that come along are in {string.Join(", ", ListPrices.All.Select(static price => price.Currency).Distinct(StringComparer.Ordinal))}, and none is in {money}. "
                + $"The budget in {money} counts nothing, and so stops nothing, until its host has prices in {money}: {ConfiguredPrices.Section} in its configuration. Whether it has some, this command cannot see.");
        }
    }

    private static Option<string?> Limit(string name, string description, string form) => new(name) { Description = description, HelpName = form };

    private UsageLimits? Changed(Invocation call, UsageLimits? present)
    {
        var before = call.Get(clear) ? new UsageLimits() : present ?? new UsageLimits();
        var limits = before with
        {
            RequestsPerMinute = (int?)Whole(call, requests, before.RequestsPerMinute, int.MaxValue),
            TokensPerMinute = Whole(call, tokens, before.TokensPerMinute, long.MaxValue),
            Day = BudgetOf(call, before.Day, dayTokens, dayMoney),
            Month = BudgetOf(call, before.Month, monthTokens, monthMoney),
        };
        if (limits.FirstFault is { } fault)
            throw CommandFault.Refused($"These limits cannot be set: {fault} Nothing was changed.");
        return limits.IsEmpty ? null : limits;
    }

    private Budget? BudgetOf(Invocation call, Budget? before, Option<string?> tokenOption, Option<string?> moneyOption)
    {
        if (!call.Has(tokenOption) && !call.Has(moneyOption))
            return before;
        var budget = (before ?? new Budget()) with
        {
            Tokens = Whole(call, tokenOption, before?.Tokens, long.MaxValue),
            Money = MoneyOf(call, moneyOption, before?.Money),
            Currency = (call.Has(moneyOption) ? call.Get(currency) : null) ?? before?.Currency ?? "USD",
            IsSoft = call.Has(soft) ? call.Get(soft) : before?.IsSoft ?? false,
        };
        return budget is { Tokens: null, Money: null } ? null : budget;
    }

    private static long? Whole(Invocation call, Option<string?> option, long? before, long most) => call.Get(option) switch
    {
        null => before,
        None => null,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most => number,
        _ => throw CommandFault.Usage($"{option.Name} takes a whole number that is not negative, or 'none'. Nothing was changed."),
    };

    private static decimal? MoneyOf(Invocation call, Option<string?> option, decimal? before) => call.Get(option) switch
    {
        null => before,
        None => null,
        var text when decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) => amount,
        _ => throw CommandFault.Usage($"{option.Name} takes an amount such as 12.50, or 'none'. Nothing was changed."),
    };
}
