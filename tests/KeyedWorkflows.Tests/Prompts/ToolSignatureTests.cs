using System.Text.Json;
using System.Text.Json.Nodes;
using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Prompts;

public sealed class ToolSignatureTests
{
    [Fact]
    public void The_schema_says_names_types_descriptions_defaults_and_what_is_required()
    {
        var signature = Of(
            new ToolParameter("id", typeof(string), "The order's id.", true, null),
            new ToolParameter("days", typeof(int), null, false, 7),
            new ToolParameter("colour", typeof(Colour), null, false, Colour.Red),
            new ToolParameter("note", typeof(string), null, false, null));

        Assert.Equal(
            """
            {"type":"object","properties":{"id":{"description":"The order's id.","type":"string"},"days":{"type":"integer","default":7},"colour":{"type":"string","enum":["Green","Red"],"default":"Red"},"note":{"type":"string"}},"required":["id"],"additionalProperties":false}
            """,
            Relaxed(signature));
    }

    [Fact]
    public void A_tool_without_parameters_takes_an_empty_object()
    {
        Assert.Equal("""{"type":"object","properties":{},"additionalProperties":false}""", Relaxed(Of()));
    }

    [Fact]
    public void References_in_the_schema_of_a_recursive_parameter_lead_to_where_it_stands()
    {
        Assert.Contains("\"$ref\":\"#/properties/node\"", Relaxed(Of(new ToolParameter("node", typeof(Node), null, true, null))), StringComparison.Ordinal);
    }

    [Fact]
    public void Name_and_description_are_the_signatures()
    {
        var tool = new Reading(Of());

        Assert.Equal("LookUp", tool.Name);
        Assert.Equal("Looks up.", tool.Description);
        Assert.Equal("", new ToolSignature("LookUp", null, static () => WorkflowJson.Reflection).Description);
    }

    [Fact]
    public void Arguments_are_read_from_whatever_the_model_client_made_of_them()
    {
        Assert.Equal(7, Read<int>(JsonElement.Parse("7")));
        Assert.Equal(7, Read<int>(JsonValue.Create(7)));
        Assert.Equal(7, Read<int>(7));
        Assert.Equal(7, Read<int>(7L));
        Assert.Equal("x", Read<string>("x"));
        Assert.Equal(Colour.Red, Read<Colour>(JsonElement.Parse("\"Red\"")));
        Assert.Equal("leaf", Read<Node>(JsonElement.Parse("""{"name":"root","children":[{"name":"leaf","children":[]}]}""")).Children[0].Name);
        Assert.Equal(["a"], Read<IReadOnlyList<string>>(JsonElement.Parse("[\"a\"]")));
    }

    [Theory]
    [InlineData("\"seven\"")]
    [InlineData("7.5")]
    [InlineData("{}")]
    public void An_argument_of_another_type_is_told_without_repeating_it(string given)
    {
        var error = Assert.Throws<ToolException>(() => Read<int>(JsonElement.Parse(given)));

        Assert.Equal("The argument 'value' is not of its type. See the tool's schema.", error.Message);
    }

    [Fact]
    public void A_required_argument_that_is_missing_or_null_is_told()
    {
        Assert.Throws<ToolException>(() => Read<string>(null));
        Assert.Throws<ToolException>(() => Read<string>(JsonElement.Parse("null")));
        Assert.Throws<ToolException>(() => new Reading(Of(new ToolParameter("other", typeof(string), null, true, null))).Read<string>([]));
    }

    [Fact]
    public void An_argument_that_may_be_missing_is_then_its_default()
    {
        Assert.Equal(7, new Reading(Of(new ToolParameter("days", typeof(int), null, false, 7))).Read<int>([]));
        Assert.Null(new Reading(Of(new ToolParameter("note", typeof(string), null, false, null))).Read<string?>([]));
        Assert.Null(new Reading(Of(new ToolParameter("count", typeof(int?), null, false, null))).Read<int?>(new() { ["count"] = JsonElement.Parse("null") }));
        Assert.Equal(Colour.Red, new Reading(Of(new ToolParameter("colour", typeof(Colour), null, false, Colour.Red))).Read<Colour>([]));
    }

    [Fact]
    public void Results_are_text_contents_or_JSON()
    {
        var tool = new Reading(Of());

        Assert.Equal("text", tool.Told("text"));
        Assert.Null(tool.Told<string?>(null));
        Assert.Equal("""{"name":"a","children":[]}""", Assert.IsType<JsonElement>(tool.Told(new Node("a", []))).GetRawText());
        Assert.IsType<TextContent>(tool.Told(new TextContent("x")));
    }

    private static T Read<T>(object? value) => new Reading(Of(new ToolParameter("value", typeof(T), null, true, null))).Read<T>(new() { ["value"] = value });

    private static ToolSignature Of(params ReadOnlySpan<ToolParameter> parameters) => new("LookUp", "Looks up.", static () => WorkflowJson.Reflection, parameters);

    // As people write it: apostrophes are not escaped.
    private static string Relaxed(ToolSignature signature) => JsonSerializer.Serialize(signature.Schema, WorkflowJson.Reflection);

    private sealed class Reading(ToolSignature signature) : PromptTool(signature)
    {
        public T Read<T>(AIFunctionArguments arguments) => Argument<T>(arguments, 0);

        public object? Told<T>(T value) => Result(value);

        protected override ValueTask<object?> CallAsync(AIFunctionArguments arguments, CancellationToken ct) => default;
    }

    private enum Colour
    {
        Green,
        Red,
    }

    private sealed record Node(string Name, List<Node> Children);
}
