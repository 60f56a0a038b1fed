namespace KeyedWorkflows.Storage;

/// <summary>
/// Prices that come along: OpenAI's public list, in USD for a million tokens, as of November 2025. Lists change, and what a contract says may differ: a host names its own where that matters.
/// </summary>
internal static class ListPrices
{
    public static IReadOnlyList<ModelPrice> All { get; } =
    [
        Chat("gpt-5", 1.25m, 0.125m, 10m),
        Chat("gpt-5-mini", 0.25m, 0.025m, 2m),
        Chat("gpt-5-nano", 0.05m, 0.005m, 0.4m),
        Chat("gpt-4.1", 2m, 0.5m, 8m),
        Chat("gpt-4.1-mini", 0.4m, 0.1m, 1.6m),
        Chat("gpt-4.1-nano", 0.1m, 0.025m, 0.4m),
        Chat("gpt-4o", 2.5m, 1.25m, 10m),
        Chat("gpt-4o-mini", 0.15m, 0.075m, 0.6m),
        Chat("o3", 2m, 0.5m, 8m),
        Chat("o4-mini", 1.1m, 0.275m, 4.4m),
        Chat("text-embedding-3-small", 0.02m, null, 0m),
        Chat("text-embedding-3-large", 0.13m, null, 0m),
    ];

    private static ModelPrice Chat(string model, decimal input, decimal? cached, decimal output) =>
        new() { Provider = "openai", Model = model, InputPerMillion = input, CachedInputPerMillion = cached, OutputPerMillion = output };
}
