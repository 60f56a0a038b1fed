using Microsoft.Extensions.Configuration;

namespace KeyedWorkflows.Storage.Tests;

public sealed class PriceTableTests
{
    private static readonly ModelPrice Base = new() { Model = "m", InputPerMillion = 1m, OutputPerMillion = 0m };

    [Theory]
    [InlineData("gpt-4o", 2_500L)]
    [InlineData("gpt-4o-2024-08-06", 2_500L)]
    [InlineData("GPT-4o", 2_500L)]
    [InlineData("gpt-4o-mini", 150L)]
    [InlineData("gpt-4o-mini-2024-07-18", 150L)]
    [InlineData("gpt-4o-audio-preview", null)]
    [InlineData("gpt-4o-", null)]
    [InlineData("chatgpt-4o", null)]
    [InlineData("", null)]
    public void A_version_of_a_model_costs_what_the_model_does_and_another_model_does_not(string model, long? ofOneToken) =>
        Assert.Equal(ofOneToken, Of(new PriceTable([]), model)?.Billionths);

    [Fact]
    public void The_hosts_own_price_comes_first_then_the_longer_name_the_provider_and_the_younger()
    {
        Assert.Equal(1_000, Of(new([Base with { Model = "gpt-4o" }]), "gpt-4o-2024-08-06")!.Value.Billionths);
        Assert.Equal(2_000, Of(new([Base, Base with { Model = "m-1", InputPerMillion = 2m }]), "m-1")!.Value.Billionths);
        Assert.Equal(3_000, Of(new([Base, Base with { Provider = "openai", InputPerMillion = 3m }, Base with { Provider = "other", InputPerMillion = 9m }]), "m")!.Value.Billionths);
        var table = new PriceTable([Base, Base with { InputPerMillion = 4m, From = ARun.Noon }, Base with { InputPerMillion = 5m, From = ARun.Noon.AddDays(1) }]);
        Assert.Equal(
            [1_000L, 4_000L, 5_000L],
            ((int[])[-1, 0, 1]).Select(days => Of(table, "m", ARun.Noon.AddDays(days))!.Value.Billionths));
    }

    [Fact]
    public void What_was_cached_costs_less_and_is_never_more_than_what_was_sent()
    {
        var table = new PriceTable([Base with { CachedInputPerMillion = 0.1m, OutputPerMillion = 10m }]);

        Assert.Equal(new BookedPrice((6 * 1_000) + (4 * 100) + (5 * 10_000), "USD"), table.Of(Call("m", ARun.Noon) with { InputTokens = 10, CachedInputTokens = 4, OutputTokens = 5 }));
        Assert.Equal(new BookedPrice(10 * 100, "USD"), table.Of(Call("m", ARun.Noon) with { InputTokens = 10, CachedInputTokens = 40, OutputTokens = 0 }));
    }

    /// <summary>Prices of whole billionths for a token are multiplied as whole numbers, the others as decimals.</summary>
    [Fact]
    public void Whatever_the_price_a_call_costs_what_its_tokens_do_rounded_to_the_even_billionth()
    {
        var random = new Random(17);
        for (var i = 0; i < 5_000; i++)
        {
            decimal Price() => random.Next(0, 100_000_000) / new[] { 1m, 1_000m, 100_000m, 10_000_000m }[random.Next(4)];
            var price = Base with { InputPerMillion = Price(), CachedInputPerMillion = random.Next(2) == 0 ? null : Price(), OutputPerMillion = Price() };
            var (input, cached, output) = (random.NextInt64(10_000_000), random.NextInt64(10_000_000), random.NextInt64(10_000_000));

            var found = new PriceTable([price]).Of(Call("m", ARun.Noon) with { InputTokens = input, CachedInputTokens = cached, OutputTokens = output });

            var paid = Math.Min(cached, input);
            var billionths = (((input - paid) * price.InputPerMillion) + (paid * (price.CachedInputPerMillion ?? price.InputPerMillion)) + (output * price.OutputPerMillion)) * 1_000;
            Assert.Equal(Math.Min(1_000_000_000_000_000m, Math.Round(billionths, MidpointRounding.ToEven)), found!.Value.Billionths);
        }
    }

    [Fact]
    public void Who_answered_is_paid_and_where_nobody_knows_its_price_who_was_asked()
    {
        var table = new PriceTable([Base, Base with { Model = "big", InputPerMillion = 7m }]);

        Assert.Equal(7_000, table.Of(Call("m", ARun.Noon) with { ModelAnswered = "big" })!.Value.Billionths);
        Assert.Equal(1_000, table.Of(Call("m", ARun.Noon) with { ModelAnswered = "unheard-of" })!.Value.Billionths);
    }

    [Fact]
    public void Prices_are_read_from_configuration_and_one_that_is_malformed_is_said_where_it_stands()
    {
        var price = Assert.Single(ConfiguredPrices.Read(Configured(("Model", "llama"), ("Provider", "openai"), ("Currency", "EUR"), ("InputPerMillion", "0.2"), ("OutputPerMillion", "0.4"), ("From", "2026-01-01"))));
        Assert.Equal(("llama", "openai", "EUR", 0.2m, 0.4m, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), (price.Model, price.Provider, price.Currency, price.InputPerMillion, price.OutputPerMillion, price.From));
        foreach (var (wrong, said) in ((IConfiguration, string)[])
        [
            (Configured(("Model", "m"), ("InputPerMillion", "1")), "KeyedWorkflows:Prices:0 lacks OutputPerMillion"),
            (Configured(("InputPerMillion", "1"), ("OutputPerMillion", "1")), "lacks Model"),
            (Configured(("Model", "m"), ("InputPerMillion", "cheap"), ("OutputPerMillion", "1")), "InputPerMillion is not a number"),
            (Configured(("Model", "m"), ("InputPerMillion", "-1"), ("OutputPerMillion", "1")), "InputPerMillion is not a number"),
            (Configured(("Model", "m"), ("InputPerMillion", "1"), ("OutputPerMillion", "1000000000.5")), "above a thousand million"),
            (Configured(("Model", "m"), ("InputPerMillion", "1"), ("OutputPerMillion", "1"), ("Price", "1")), "KeyedWorkflows:Prices:0:Price is not known"),
            (Configured(("Model", "m"), ("InputPerMillion", "1"), ("OutputPerMillion", "1"), ("From", "spring")), "From is not a time"),
            (Configured(("Model", "m"), ("InputPerMillion", "1"), ("OutputPerMillion", "1"), ("Currency", "dollar")), "currency of model 'm'"),
        ])
        {
            Assert.Contains(said, Assert.Throws<InvalidOperationException>(() => new PriceTable(ConfiguredPrices.Read(wrong))).Message, StringComparison.Ordinal);
        }
    }

    private static IConfiguration Configured(params (string Name, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(static value => KeyValuePair.Create("KeyedWorkflows:Prices:0:" + value.Name, (string?)value.Value))).Build();

    private static BookedPrice? Of(PriceTable table, string model, DateTimeOffset? at = null) => table.Of(Call(model, at ?? ARun.Noon));

    private static RunModelCall Call(string model, DateTimeOffset at) =>
        ARun.Call(0) with { ModelAsked = model, ModelAnswered = null, InputTokens = 1, CachedInputTokens = 0, OutputTokens = 0, StartedAt = at, Duration = TimeSpan.Zero };
}
