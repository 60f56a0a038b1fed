using System.Globalization;
using System.Text.Json;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Prompts;

public sealed class PromptTextTests
{
    private static readonly JsonSerializerOptions Json = WorkflowJson.Reflection;

    [Fact]
    public void Text_stands_as_it_is()
    {
        Assert.Equal("a \"b\" {{c}}\n", PromptText.Of("a \"b\" {{c}}\n", "x"));
        Assert.Equal("", PromptText.Of("", "x"));
        Assert.Equal("", PromptText.OfNullable(null));
        Assert.Equal("text", PromptText.Of<object>("text", "x", Json));
        Assert.Equal("c", PromptText.Of('c', "x", Json));
    }

    [Fact]
    public void Values_stand_as_JSON_and_texts_of_JSON_without_quotes()
    {
        Assert.Equal("{\"name\":\"Zoë's <b>\",\"price\":2.50,\"colour\":\"Red\",\"note\":null}", PromptText.Of(new Item("Zoë's <b>", 2.50m, Colour.Red, null), "x", Json));
        Assert.Equal("[1,2]", PromptText.Of<IReadOnlyList<int>>([1, 2], "x", Json));
        Assert.Equal("true", PromptText.Of(true, "x", Json));
        Assert.Equal("Red", PromptText.Of(Colour.Red, "x", Json));
        Assert.Equal("2026-11-24", PromptText.Of(new DateOnly(2026, 11, 24), "x", Json));
        Assert.Equal("00000000-0000-0000-0000-000000000000", PromptText.Of(Guid.Empty, "x", Json));
    }

    [Fact]
    public void No_culture_changes_them()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "−" } };

            Assert.Equal("-1.5", PromptText.Of(-1.5, "x", Json));
            Assert.Equal("-7", PromptText.Of(-7, "x", Json));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_null_names_its_placeholder_and_says_what_to_write()
    {
        foreach (var call in new Action[] { static () => PromptText.Of((string?)null, "ticket.Text"), static () => PromptText.Of((Item?)null, "ticket.Text", Json), static () => PromptText.Of((int?)null, "ticket.Text", Json) })
        {
            var error = Assert.Throws<ModelCallException>(call);
            Assert.Equal(WorkflowErrorCodes.PromptInvalid, error.Code);
            Assert.Contains("{{ticket.Text}}", error.Message, StringComparison.Ordinal);
            Assert.Contains("{{ticket.Text?}}", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_may_be_null_is_then_nothing()
    {
        Assert.Equal("", PromptText.OfNullable((Item?)null, Json));
        Assert.Equal("", PromptText.OfNullable((int?)null, Json));
        Assert.Equal("7", PromptText.OfNullable((int?)7, Json));
        Assert.Equal("7", PromptText.Of((int?)7, "x", Json));
    }

    [Fact]
    public void A_secret_inside_of_a_value_is_not_shown()
    {
        var key = Credentials.Profiles.NewKey();

        Assert.DoesNotContain(key, PromptText.Of(new Holder(Secret.From(key)), "x", Json), StringComparison.Ordinal);
    }

    private enum Colour
    {
        Green,
        Red,
    }

    private sealed record Item(string Name, decimal Price, Colour Colour, string? Note);

    private sealed record Holder(Secret Key);
}
