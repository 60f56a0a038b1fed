using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using CsCheck;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Testing.Tests;

public sealed class SchemaSamplerTests
{
    public static TheoryData<string, string?> Schemas => new()
    {
        { """{"type":"string"}""", "\"text\"" },
        { """{"type":"integer"}""", "1" },
        { """{"type":"null"}""", "null" },
        { """{"type":["string","null"]}""", "\"text\"" },
        { """{"const":{"a":[1,null]}}""", """{"a":[1,null]}""" },
        { """{"enum":[null,"red","green"]}""", "\"red\"" },
        { """{"enum":[null]}""", "null" },
        { """{"type":"string","enum":["é\"1"]}""", "\"é\\\"1\"" },
        { "true", null },
        { "{}", null },
        { """{"type":"integer","minimum":5}""", "5" },
        { """{"type":"integer","maximum":-5}""", "-5" },
        { """{"type":"integer","exclusiveMinimum":5,"exclusiveMaximum":7}""", "6" },
        { """{"type":"integer","minimum":5,"multipleOf":4}""", "8" },
        { """{"type":"integer","multipleOf":0.5,"minimum":2.2}""", "3" },
        { """{"type":"integer","minimum":-10,"maximum":-7,"multipleOf":4}""", "-8" },
        { """{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1}""", "0.5" },
        { """{"type":"number","multipleOf":0.25,"exclusiveMinimum":0.25,"maximum":0.5}""", null },
        { """{"type":"number","maximum":0}""", null },
        { """{"type":"string","minLength":6,"maxLength":6}""", null },
        { """{"type":"string","maxLength":2}""", null },
        { """{"type":"string","maxLength":0}""", "\"\"" },
        { """{"type":"string","format":"date-time"}""", "\"2026-01-01T00:00:00Z\"" },
        { """{"type":"string","format":"uuid"}""", "\"00000000-0000-4000-8000-000000000001\"" },
        { """{"type":"string","pattern":"^[A-Z]{3}-\\d{2,4}(x|y)?$","minLength":8}""", null },
        { """{"type":"string","pattern":"^(?:a|b)[^a-z]+\\.\\w*$"}""", null },
        { """{"type":["integer","string"],"pattern":"^-?(?:0|[1-9]\\d*)$"}""", "1" },
        { """{"type":"array","items":{"type":"integer"}}""", "[1]" },
        { """{"type":"array","items":{"type":"boolean"},"minItems":3}""", null },
        { """{"type":"array","items":{"enum":["a","b","c"]},"minItems":3,"uniqueItems":true}""", """["a","b","c"]""" },
        { """{"type":"array","items":{"type":"integer","minimum":1,"maximum":4},"minItems":4,"uniqueItems":true}""", null },
        { """{"type":"array","items":{"type":"integer"},"maxItems":0}""", "[]" },
        { """{"type":"array","prefixItems":[{"type":"string"},{"type":"boolean"}],"items":false}""", """["text",false]""" },
        { """{"type":"array","items":false}""", "[]" },
        { """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["a"],"additionalProperties":false}""", """{"a":"text","b":1}""" },
        { """{"type":"object","additionalProperties":{"type":"integer"}}""", "{}" },
        { """{"type":"object","additionalProperties":{"type":"integer"},"minProperties":2}""", """{"key1":1,"key2":2}""" },
        { """{"type":"object","required":["x"]}""", """{"x":"text"}""" },
        { """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["b"],"maxProperties":1}""", """{"b":"text"}""" },
        { """{"anyOf":[{"type":"null"},{"type":"integer"}]}""", "1" },
        { """{"oneOf":[{"type":"object","properties":{"kind":{"const":"a"}},"required":["kind"]},{"type":"integer"}]}""", """{"kind":"a"}""" },
        { """{"allOf":[{"type":"number","minimum":3},{"type":"integer","maximum":9},{"minimum":7}]}""", "7" },
        { """{"allOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"a":{"minLength":9}}}],"type":"object"}""", null },
        { """{"$ref":"#/$defs/a~1b","$defs":{"a/b":{"type":"boolean"}}}""", "true" },
        { """{"type":"object","properties":{"a":{"$ref":"#/$defs/S","description":"with words"}},"required":["a"],"$defs":{"S":{"type":"string","maxLength":3}}}""", null },
        { """{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},"required":["next"],"additionalProperties":false}""", """{"next":null}""" },
        { """{"type":"object","properties":{"children":{"type":"array","items":{"$ref":"#"}}},"required":["children"]}""", """{"children":[]}""" },
        { """{"type":["object","null"],"properties":{"next":{"$ref":"#"}},"required":["next"]}""", """{"next":null}""" },
        { """{"$ref":"#/$defs/E","$defs":{"E":{"anyOf":[{"type":"object","properties":{"left":{"$ref":"#/$defs/E"},"right":{"$ref":"#/$defs/E","description":"r"}},"required":["left","right"]},{"type":"integer"}]}}}""", """{"left":1,"right":1}""" },
        { """{"$ref":"#/$defs/A","$defs":{"A":{"type":"object","properties":{"b":{"anyOf":[{"$ref":"#/$defs/B"},{"type":"null"}]}},"required":["b"]},"B":{"type":"object","properties":{"a":{"$ref":"#/$defs/A"}},"required":["a"]}}}""", null },
        { """{"type":"object","properties":{"self":{"$ref":"#"}}}""", "{}" },
    };

    [Theory]
    [MemberData(nameof(Schemas))]
    public void The_sample_is_valid(string schema, string? sample)
    {
        var made = SchemaSampler.Sample(JsonElement.Parse(schema));
        Assert.Null(SchemaCheck.Fault(JsonNode.Parse(schema)!, made));
        if (sample is not null)
            Assert.Equal(sample, made);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("""{"type":"integer","minimum":3,"maximum":2}""")]
    [InlineData("""{"type":"object","properties":{"self":{"$ref":"#"}},"required":["self"]}""")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/a"}}}""")]
    [InlineData("""{"$ref":"#/$defs/missing"}""")]
    [InlineData("""{"$ref":"https://example.com/schema"}""")]
    [InlineData("""{"type":"array","items":{"enum":["a"]},"minItems":2,"uniqueItems":true}""")]
    [InlineData("""{"type":"string","pattern":"^(?=x)y$"}""")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"allOf":[{"type":"string"},{"type":"integer"}]}""")]
    public async Task A_schema_without_a_value_gets_400_that_says_so(string schema)
    {
        var key = Wire.NewKey();
        await using var server = await Wire.ServerFor(key);
        using Wire wire = new(server, key);
        using var response = await wire.AskAsync("x", $$$""","response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{{{schema}}}}}""");
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("Invalid schema", await response.Content.ReadAsStringAsync(Wire.Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_of_any_schema_made_of_the_known_keywords_are_valid()
    {
        Schema(3).Sample(
            schema =>
            {
                var text = schema.ToJsonString();
                Assert.Null(SchemaCheck.Fault(JsonNode.Parse(text)!, SchemaSampler.Sample(JsonElement.Parse(text))));
            },
            iter: 2000, seed: "0000KOIPe036", print: s => s.ToJsonString());
    }

    public enum Level
    {
        Low,
        High,
    }

    public sealed record Everything(
        DateTimeOffset Seen, DateTime Then, DateOnly Day, TimeOnly Time, TimeSpan Span, Guid Id, Uri Link, byte[] Bytes, char Letter, Level Level, Level? MaybeLevel,
        decimal Amount, double Ratio, ulong Big, sbyte Small, bool Yes, Everything? Next, List<Everything> Parts, Dictionary<string, Level> Levels, string? Note,
        [property: StringLength(10, MinimumLength = 6)] string Bounded, [property: Range(5, 9)] int Ranged, [property: RegularExpression("^[A-Z]{3}-\\d{4}$")] string Code,
        [property: EmailAddress] string Mail, [property: MinLength(3)] int[] Three);

    [Fact]
    public void A_sample_of_a_type_s_own_schema_reads_back_into_the_type()
    {
        var schema = JsonSerializerOptions.Web.GetJsonSchemaAsNode(typeof(Level[]));
        Assert.NotEmpty(JsonSerializer.Deserialize<Level[]>(SchemaSampler.Sample(JsonElement.Parse(schema.ToJsonString())), JsonSerializerOptions.Web)!);
    }

    [Fact]
    public async Task A_sample_reads_back_into_a_type_whose_formats_the_client_moved_into_descriptions()
    {
        var key = Wire.NewKey();
        await using var server = await Wire.ServerFor(key);
        using var chat = new OpenAI.OpenAIClient(new System.ClientModel.ApiKeyCredential(key), new() { Endpoint = server.Endpoint }).GetChatClient("m").AsIChatClient();
        var result = (await chat.GetResponseAsync<Everything>("x", cancellationToken: Wire.Cancelled)).Result;
        Assert.Equal(DateTimeOffset.UnixEpoch.Year + 56, result.Seen.Year);
        Assert.NotEqual(Guid.Empty, result.Id);
        Assert.Empty(result.Parts);
        List<ValidationResult> faults = [];
        Assert.True(Validator.TryValidateObject(result, new ValidationContext(result), faults, validateAllProperties: true), string.Join("; ", faults));
    }

    /// <summary>Schemas of these keywords, nested so deep.</summary>
    private static Gen<JsonNode> Schema(int depth)
    {
        var text = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 6], Gen.Bool, (low, more, format) => (JsonNode)(format
            ? new JsonObject { ["type"] = "string", ["format"] = "uuid" }
            : new JsonObject { ["type"] = "string", ["minLength"] = low, ["maxLength"] = low + more }));
        var integer = Gen.Select(Gen.Int[-50, 50], Gen.Int[0, 20], (low, more) => (JsonNode)new JsonObject { ["type"] = "integer", ["minimum"] = low, ["maximum"] = low + more });
        var number = Gen.Select(Gen.Int[-50, 50], Gen.Int[1, 20], (low, more) => (JsonNode)new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = low / 10m, ["exclusiveMaximum"] = (low + more) / 10m });
        var steps = Gen.Select(Gen.Int[-50, 50], Gen.Int[1, 9], (low, step) => (JsonNode)new JsonObject { ["type"] = "integer", ["minimum"] = low, ["maximum"] = low + step, ["multipleOf"] = step });
        var choice = Gen.Int[1, 4].Select(n => (JsonNode)new JsonObject { ["enum"] = new JsonArray([.. Enumerable.Range(0, n).Select(i => (JsonNode)$"v{i}")]) });
        var constant = Gen.Bool.Select(b => (JsonNode)new JsonObject { ["const"] = b });
        if (depth == 0)
            return Gen.OneOf(text, integer, number, steps, choice, constant);

        var inner = Schema(depth - 1);
        var array = Gen.Select(inner, Gen.Int[0, 3], Gen.Int[0, 2], (items, low, more) =>
            (JsonNode)new JsonObject { ["type"] = "array", ["items"] = items.DeepClone(), ["minItems"] = low, ["maxItems"] = low + more });
        var thing = Gen.Select(inner.Array[0, 4], Gen.Bool, (fields, all) => (JsonNode)new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject([.. fields.Select((f, i) => KeyValuePair.Create<string, JsonNode?>($"p{i}", f.DeepClone()))]),
            ["required"] = new JsonArray([.. Enumerable.Range(0, all ? fields.Length : fields.Length / 2).Select(i => (JsonNode)$"p{i}")]),
            ["additionalProperties"] = false,
        });
        var map = Gen.Select(inner, Gen.Int[0, 3], (values, low) => (JsonNode)new JsonObject { ["type"] = "object", ["additionalProperties"] = values.DeepClone(), ["minProperties"] = low });
        var nullable = inner.Select(i => (JsonNode)new JsonObject { ["anyOf"] = new JsonArray(i.DeepClone(), new JsonObject { ["type"] = "null" }) });
        var both = inner.Select(i => (JsonNode)new JsonObject { ["allOf"] = new JsonArray(i.DeepClone(), new JsonObject { ["description"] = "words" }) });
        return Gen.OneOf(text, integer, choice, array, thing, map, nullable, both);
    }
}
