using System.ComponentModel;
using System.Text.Json;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Tests.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Prompts;

public sealed class ObjectPromptTests
{
    private readonly FakeModel model = new();

    [Fact]
    public async Task An_object_is_asked_for_by_its_schema_and_read()
    {
        model.Answers("""{"name":"billing","urgent":true,"note":null}""");

        Assert.Equal(new Topic("billing", true, null), await AskAsync<Topic>());

        var format = Assert.IsType<ChatResponseFormatJson>(Assert.Single(model.Requests).Options!.ResponseFormat);
        Assert.Equal("Topic", format.SchemaName);
        Assert.Equal(
            """{"type":"object","properties":{"name":{"description":"One word.","type":"string"},"urgent":{"type":"boolean"},"note":{"type":["string","null"]}},"required":["name","urgent","note"],"additionalProperties":false}""",
            format.Schema!.Value.GetRawText());
    }

    [Fact]
    public async Task What_is_no_object_is_asked_for_inside_one()
    {
        model.Answers("""{"data":["a","b"]}""", """{"data":"Red"}""", """{"data":7}""");

        Assert.Equal(["a", "b"], await AskAsync<List<string>>());
        Assert.Equal(Colour.Red, await AskAsync<Colour>());
        Assert.Equal(7, await AskAsync<int>());

        Assert.Equal("""{"type":"object","properties":{"data":{"type":"array","items":{"type":"string"}}},"required":["data"],"additionalProperties":false}""", SchemaOf(0));
        Assert.Equal("""{"type":"object","properties":{"data":{"type":"string","enum":["Green","Red"]}},"required":["data"],"additionalProperties":false}""", SchemaOf(1));
    }

    [Fact]
    public async Task A_model_that_leaves_the_wrapping_out_is_understood()
    {
        model.Answers("""["a"]""", "\"Red\"");

        Assert.Equal(["a"], await AskAsync<string[]>());
        Assert.Equal(Colour.Red, await AskAsync<Colour>());
    }

    [Fact]
    public async Task References_in_the_schema_of_a_recursive_type_lead_to_where_it_stands()
    {
        model.Answers("""{"data":[{"name":"root","children":[{"name":"leaf","children":[]}]}]}""", """{"name":"root","children":[]}""");

        Assert.Equal("leaf", (await AskAsync<List<Node>>())[0].Children[0].Name);
        await AskAsync<Node>();

        Assert.Contains("\"$ref\":\"#/properties/data/items\"", SchemaOf(0), StringComparison.Ordinal);
        Assert.Contains("\"$ref\":\"#\"", SchemaOf(1), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("```json\n{\"name\":\"a\",\"urgent\":false,\"note\":null}\n```")]
    [InlineData("```\n{\"name\":\"a\",\"urgent\":false,\"note\":null}\n```")]
    [InlineData("  {\"name\":\"a\",\"urgent\":false,\"note\":null,}  ")]
    public async Task Fences_spaces_and_trailing_commas_are_forgiven(string answer)
    {
        model.Answers(answer);

        Assert.Equal("a", (await AskAsync<Topic>()).Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("It is about billing.")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"name\":null,\"urgent\":true,\"note\":null}")]
    [InlineData("{\"name\":\"a\",\"urgent\":\"perhaps\",\"note\":null}")]
    [InlineData("{\"name\":\"a\"")]
    [InlineData("```json\n```")]
    [InlineData("``````")]
    public async Task What_is_not_of_the_shape_is_an_error_that_repeats_nothing(string answer)
    {
        model.Answers(answer);

        var error = await Chat.FailureAsync(AskAsync<Topic>, WorkflowErrorCodes.OutputInvalid);

        Assert.Contains("Topic", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("billing", error.ToString(), StringComparison.Ordinal);
        Assert.Null(error.InnerException);
    }

    [Fact]
    public async Task An_element_or_enum_that_is_not_of_the_shape_is_an_error_too()
    {
        model.Answers("""{"data":[{"name":"a"}]}""", """{"data":"Blue"}""", """{"data":null}""");

        await Chat.FailureAsync(AskAsync<List<Topic>>, WorkflowErrorCodes.OutputInvalid);
        await Chat.FailureAsync(AskAsync<Colour>, WorkflowErrorCodes.OutputInvalid);
        await Chat.FailureAsync(AskAsync<List<Topic>>, WorkflowErrorCodes.OutputInvalid);
    }

    [Fact]
    public async Task One_that_was_cut_off_says_so_rather_than_that_it_does_not_parse()
    {
        model.Answers(FakeModel.Text("{\"name\":\"a", ChatFinishReason.Length));

        await Chat.FailureAsync(AskAsync<Topic>, WorkflowErrorCodes.OutputTruncated);
    }

    [Fact]
    public async Task A_format_that_the_author_set_stays()
    {
        model.Answers("""{"name":"a","urgent":false,"note":null}""");

        await PromptCall.ObjectAsync<Topic>(Chat.Of(model), Chat.Hello(), new PromptOptions { ResponseFormat = ChatResponseFormat.Json }, WorkflowJson.Reflection, Scene.Ct);

        Assert.Same(ChatResponseFormat.Json, Assert.Single(model.Requests).Options!.ResponseFormat);
    }

    [Fact]
    public async Task A_type_without_metadata_says_what_to_add()
    {
        var empty = new JsonSerializerOptions { TypeInfoResolver = NumbersOnly.Default };

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => PromptCall.ObjectAsync<Topic>(Chat.Of(model), Chat.Hello(), new PromptOptions(), empty, Scene.Ct));

        Assert.Contains("JsonSerializable(typeof(Topic))", error.Message, StringComparison.Ordinal);
        Assert.Empty(model.Requests);
    }

    private Task<T> AskAsync<T>() => PromptCall.ObjectAsync<T>(Chat.Of(model), Chat.Hello(), new PromptOptions(), WorkflowJson.Reflection, Scene.Ct);

    private string SchemaOf(int request) => ((ChatResponseFormatJson)model.Requests.ElementAt(request).Options!.ResponseFormat!).Schema!.Value.GetRawText();

    private enum Colour
    {
        Green,
        Red,
    }

    private sealed record Topic([property: Description("One word.")] string Name, bool Urgent, string? Note);

    private sealed record Node(string Name, List<Node> Children);
}
