using System.Collections.Concurrent;

namespace KeyedWorkflows.Storage;

/// <summary>Finds what a call costs. Prices that the host names come before the list prices that come along. Safe for use from several threads.</summary>
internal sealed class PriceTable
{
    /// <summary>Of how many models it is kept which prices fit.</summary>
    private const int MostFound = 1_000;

    /// <summary>Of a million tokens. Beyond it lies a slip of the pen, and sums that no decimal holds.</summary>
    private const decimal MostPerMillion = 1_000_000_000m;

    private readonly ModelPrice[] own;
    private readonly ConcurrentDictionary<(string Provider, string Model), FittingPrice[]> found = new();

    /// <exception cref="InvalidOperationException">A price is malformed. The message says which.</exception>
    public PriceTable(IEnumerable<ModelPrice> own)
    {
        this.own = [.. own];
        foreach (var price in this.own)
        {
            if (string.IsNullOrWhiteSpace(price.Model))
                throw new InvalidOperationException($"A price names no model. Set {nameof(ModelPrice.Model)}, as the provider calls it.");
            if (price.InputPerMillion < 0 || price.CachedInputPerMillion < 0 || price.OutputPerMillion < 0)
                throw new InvalidOperationException($"The price of model '{price.Model}' is below zero.");
            if (price.InputPerMillion > MostPerMillion || price.CachedInputPerMillion > MostPerMillion || price.OutputPerMillion > MostPerMillion)
                throw new InvalidOperationException($"The price of model '{price.Model}' is above a thousand million for a million tokens. Set what the provider asks for a million.");
            if (price.Currency is not { Length: 3 } || !price.Currency.All(char.IsAsciiLetterUpper))
                throw new InvalidOperationException($"The currency of model '{price.Model}' is none: it has three capital letters, such as USD.");
        }
    }

    /// <summary>The price of a call, at the time at which it ended. Null where none is known of the model.</summary>
    public BookedPrice? Of(RunModelCall call) => Of(
        call.Provider, call.ModelAsked, call.ModelAnswered, new(1, call.InputTokens, call.OutputTokens, call.CachedInputTokens, call.ReasoningTokens), call.StartedAt + call.Duration);

    /// <summary>The price of what was used of a model at a time.</summary>
    public BookedPrice? Of(string provider, string? modelAsked, string? modelAnswered, in RunUsage usage, DateTimeOffset at)
    {
        // Who answered is who is paid: a name that was asked for may stand for several models.
        return (Find(provider, modelAnswered, at) ?? Find(provider, modelAsked, at))?.Of(usage);
    }

    private FittingPrice? Find(string provider, string? model, DateTimeOffset at)
    {
        if (string.IsNullOrEmpty(model))
            return null;
        if (!found.TryGetValue((provider, model), out var prices))
        {
            prices = [.. Fitting(own, provider, model).Concat(Fitting(ListPrices.All, provider, model)).Select(static price => new FittingPrice(price))];

            // Models are named by callers and providers: without an end, so would be what is kept.
            if (found.Count < MostFound)
                found.TryAdd((provider, model), prices);
        }
        foreach (var price in prices)
        {
            if (!(price.Price.From > at))
                return price;
        }
        return null;
    }

    /// <summary>The prices that fit, the closest first: the longest name; of several prices of one name, that of the provider, and of those the youngest.</summary>
    private static IEnumerable<ModelPrice> Fitting(IEnumerable<ModelPrice> prices, string provider, string model) => prices
        .Where(price => (price.Provider is null || price.Provider == provider) && Fits(price.Model, model))
        .OrderByDescending(static price => price.Model.Length).ThenBy(static price => price.Provider is null).ThenByDescending(static price => price.From ?? DateTimeOffset.MinValue);

    /// <summary>The name itself, or a version of it: <c>-</c> and a digit follow.</summary>
    private static bool Fits(string name, string model) =>
        model.StartsWith(name, StringComparison.OrdinalIgnoreCase) && (model.Length == name.Length || (model.Length > name.Length + 1 && model[name.Length] == '-' && char.IsAsciiDigit(model[name.Length + 1])));
}
