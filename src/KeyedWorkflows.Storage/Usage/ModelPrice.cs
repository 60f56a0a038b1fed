namespace KeyedWorkflows.Storage;

/// <summary>What a model's tokens cost, in money for a million of them. From configuration: section <c>KeyedWorkflows:Prices</c>, a list.</summary>
public sealed record ModelPrice
{
    /// <summary>The family of providers, such as <c>openai</c>. Null: any.</summary>
    public string? Provider { get; init; }

    /// <summary>
    /// The provider's own name of the model. Names that begin with it and go on with <c>-</c> and a digit are the same model in another version: <c>gpt-4o</c> is also <c>gpt-4o-2024-08-06</c>, and not <c>gpt-4o-mini</c>.
    /// </summary>
    public required string Model { get; init; }

    /// <summary>The currency, as three letters. USD unless set.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>For a million tokens sent.</summary>
    public required decimal InputPerMillion { get; init; }

    /// <summary>For a million tokens sent that the provider had cached. Null: as other tokens sent.</summary>
    public decimal? CachedInputPerMillion { get; init; }

    /// <summary>For a million tokens received, those of reasoning included.</summary>
    public required decimal OutputPerMillion { get; init; }

    /// <summary>From when on it holds. Null: from ever. Of several that hold, the youngest does.</summary>
    public DateTimeOffset? From { get; init; }
}
