using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace KeyedWorkflows.Storage;

/// <summary>Prices from configuration: <c>KeyedWorkflows:Prices</c>, a list of what <see cref="ModelPrice"/> has.</summary>
internal static class ConfiguredPrices
{
    public const string Section = "KeyedWorkflows:Prices";

    /// <exception cref="InvalidOperationException">A price is malformed. The message says where.</exception>
    public static IEnumerable<ModelPrice> Read(IConfiguration? configuration) => configuration?.GetSection(Section).GetChildren().Select(Read) ?? [];

    private static ModelPrice Read(IConfigurationSection price)
    {
        foreach (var given in price.GetChildren())
        {
            if (!Known.Contains(given.Key, StringComparer.OrdinalIgnoreCase))
                throw new InvalidOperationException($"Configuration {given.Path} is not known. A price has {string.Join(", ", Known)}.");
        }
        return new()
        {
            Provider = price[nameof(ModelPrice.Provider)],
            Model = price[nameof(ModelPrice.Model)] ?? throw Missing(price, nameof(ModelPrice.Model)),
            Currency = price[nameof(ModelPrice.Currency)] ?? "USD",
            InputPerMillion = Number(price, nameof(ModelPrice.InputPerMillion)) ?? throw Missing(price, nameof(ModelPrice.InputPerMillion)),
            CachedInputPerMillion = Number(price, nameof(ModelPrice.CachedInputPerMillion)),
            OutputPerMillion = Number(price, nameof(ModelPrice.OutputPerMillion)) ?? throw Missing(price, nameof(ModelPrice.OutputPerMillion)),
            From = price[nameof(ModelPrice.From)] is not { } from ? null
                : DateTimeOffset.TryParse(from, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
                : throw Malformed(price, nameof(ModelPrice.From), "a time, such as 2026-01-01"),
        };
    }

    private static string[] Known { get; } =
        [nameof(ModelPrice.Provider), nameof(ModelPrice.Model), nameof(ModelPrice.Currency), nameof(ModelPrice.InputPerMillion), nameof(ModelPrice.CachedInputPerMillion), nameof(ModelPrice.OutputPerMillion), nameof(ModelPrice.From)];

    private static decimal? Number(IConfigurationSection price, string name) => price[name] is not { } text ? null
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number
        : throw Malformed(price, name, "a number, such as 2.50");

    private static InvalidOperationException Missing(IConfigurationSection price, string name) => new($"Configuration {price.Path} lacks {name}.");

    private static InvalidOperationException Malformed(IConfigurationSection price, string name, string form) => new($"Configuration {price.Path}:{name} is not {form}.");
}
