namespace KeyedWorkflows;

/// <summary>What may be used in a period: tokens, money, or both, of which the first that is used up counts. 0 lets nothing through. Immutable.</summary>
public sealed record Budget
{
    /// <summary>Money is kept in billionths: a budget beyond this could not be added up.</summary>
    private const decimal MostMoney = 1_000_000_000m;

    /// <summary>Tokens, in and out together: not negative. Null: not limited by tokens.</summary>
    public long? Tokens { get; init; }

    /// <summary>Money, by the prices of models that the host knows: not negative. Null: not limited by money. Calls of models without a price count nothing, which usage reports show.</summary>
    public decimal? Money
    {
        get;
        init
        {
            field = value;
            Billionths = value is { } money ? (long)(Math.Clamp(money, 0, MostMoney + 1) * BookedPrice.BillionthsOfWhole) : null;
        }
    }

    /// <summary>The currency of <see cref="Money"/>, as three letters. Calls that are priced in another are not counted. USD unless set.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>Whether it only warns: calls past it are made, and told of.</summary>
    public bool IsSoft { get; init; }

    /// <summary>The money as it is counted: each call asks for it several times.</summary>
    internal long? Billionths { get; private init; }

    internal string? FirstFault =>
        Tokens is null && Money is null ? "it limits neither Tokens nor Money. Set one, or leave the budget out."
        : Tokens < 0 ? "Tokens is negative."
        : Money < 0 ? "Money is negative."
        : Money > MostMoney ? "Money is more than a thousand million."
        : Currency is not { Length: 3 } || !Currency.All(char.IsAsciiLetterUpper) ? "Currency is none: it has three capital letters, such as USD."
        : null;
}
