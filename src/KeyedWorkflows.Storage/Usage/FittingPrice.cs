namespace KeyedWorkflows.Storage;

/// <summary>A price, made ready to be multiplied: each call with a budget of money is priced before it is made and after, and most prices are whole billionths for a token.</summary>
internal sealed class FittingPrice
{
    private const int BillionthsOfMillionth = 1_000;

    /// <summary>A call that costs more than a million does not exist; a sum of such would turn over.</summary>
    private const long MostBillionths = 1_000_000_000_000_000;

    private readonly decimal cachedPerMillion;
    private readonly (long Input, long Cached, long Output)? whole;

    public FittingPrice(ModelPrice price)
    {
        Price = price;
        cachedPerMillion = price.CachedInputPerMillion ?? price.InputPerMillion;
        if (Whole(price.InputPerMillion) is { } input && Whole(cachedPerMillion) is { } cached && Whole(price.OutputPerMillion) is { } output)
            whole = (input, cached, output);
    }

    public ModelPrice Price { get; }

    /// <summary>What was used costs so much, rounded to the even billionth.</summary>
    public BookedPrice Of(in RunUsage usage)
    {
        var cached = Math.Min(usage.CachedInputTokens, usage.InputTokens);
        if (whole is { } perToken)
        {
            var billionths = ((Int128)(usage.InputTokens - cached) * perToken.Input) + ((Int128)cached * perToken.Cached) + ((Int128)usage.OutputTokens * perToken.Output);
            return new((long)Int128.Min(MostBillionths, billionths), Price.Currency);
        }
        var millionths = ((usage.InputTokens - cached) * Price.InputPerMillion) + (cached * cachedPerMillion) + (usage.OutputTokens * Price.OutputPerMillion);
        return new((long)Math.Min(MostBillionths, Math.Round(millionths * BillionthsOfMillionth, MidpointRounding.ToEven)), Price.Currency);
    }

    private static long? Whole(decimal perMillion) => perMillion <= int.MaxValue && decimal.IsInteger(perMillion * BillionthsOfMillionth) ? (long)(perMillion * BillionthsOfMillionth) : null;
}
