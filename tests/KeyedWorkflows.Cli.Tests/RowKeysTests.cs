using System.Text.Json;
using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Batches;
using KeyedWorkflows.Cli.Tests.Scene;

namespace KeyedWorkflows.Cli.Tests;

/// <summary>Keys in a file of rows are sent, and stand nowhere else.</summary>
public sealed class RowKeysTests : IDisposable
{
    private readonly Operator anna = new();

    private string Out => Path.Combine(anna.Work, "out.csv");

    public void Dispose() => anna.Dispose();

    [Fact]
    public void A_key_in_the_file_of_inputs_and_what_moves_a_cursor_are_not_in_the_output()
    {
        var file = CsvFile.Parse("question,model_api_key\nWhere?,a-key\nWhen?,\n");
        var card = JsonNode.Parse("""{"input_schema":{"properties":{"question":{"type":"string"},"model_api_key":{"type":"string","format":"password","writeOnly":true}}}}""")!;
        var inputs = RowInputs.Of(file, card, []);

        BatchOutput.Write(Out, file, inputs.Keys, [new RowResult { Row = 1, Attempt = 1, Status = "succeeded", Outputs = new() { ["text"] = "\u001b[31mred\tand\nmore" } }, new RowResult { Row = 2, Attempt = 1, Status = "failed" }]);

        Assert.Equal("a-key", (string?)inputs.Read(file.Rows[0], 1)["model_api_key"]);
        var written = CsvFile.Parse(File.ReadAllText(Out));
        Assert.Equal(["Where?", "…", "·[31mred\tand\nmore"], [written.Rows[0][0], written.Rows[0][1], written.Rows[0][4]]);
        Assert.Equal("", written.Rows[1][1]);
    }

    /// <summary>A user's name, a label, or what the host answers may be made of the key, by whoever made the file.</summary>
    [Fact]
    public void A_key_of_a_row_is_in_no_other_cell_of_it()
    {
        var (key, longer, another) = (Operator.NewKey(), Operator.NewKey(), Operator.NewKey());
        longer = key + longer;
        var file = CsvFile.Parse($"user,question,first,second\nteam {key} of a,{longer},{key}, {longer} \nof {another},Where is {key}?,{another},\n");

        BatchOutput.Write(Out, file, new HashSet<int> { 2, 3 }, [
            new RowResult { Row = 1, Attempt = 1, Run = "a-run", Status = "failed", Outputs = new() { ["text"] = $"You sent {longer}.", ["all"] = new JsonArray(key) }, Error = $"No {key}." },
            new RowResult { Row = 2, Attempt = 1, Status = "failed" }]);

        var written = CsvFile.Parse(File.ReadAllText(Out)).Rows;
        Assert.Equal(["team (secret) of a", "(secret)", "…", "…", "a-run", "failed", "[\"(secret)\"]", "You sent (secret).", "", "No (secret)."], written[0]);
        Assert.Equal(["of (secret)", $"Where is {key}?", "…", ""], written[1][..4]);
    }

    /// <summary>What is kept of a row until all are done holds its key no more than the output does, however deep the answer is.</summary>
    [Fact]
    public void A_key_of_a_row_is_nowhere_in_what_is_kept_of_it()
    {
        var key = Operator.NewKey();
        var given = new RowKeys(["Where?", key], new HashSet<int> { 1 });

        var kept = given.Without(new RowResult
        {
            Row = 1,
            Attempt = 1,
            Status = "failed",
            Error = $"No {key}.",
            Outputs = new() { [key] = 1, ["x" + key] = true, ["deep"] = new JsonArray(new JsonObject { ["text"] = $"You sent {key}.", ["none"] = null }) },
        });

        Assert.Equal("No (secret).", kept.Error);
        Assert.Equal("a-(secret)", given.Without(new RowResult { Row = 1, Attempt = 1, Run = "a-" + key, Status = "failed" }).Run);
        Assert.Equal("""{"(secret)":1,"x(secret)":true,"deep":[{"text":"You sent (secret).","none":null}]}""", kept.Outputs!.ToJsonString());
    }

    /// <summary>A workflow may hand on what a model wrote: it is paid for, and no row may end all others.</summary>
    [Theory]
    [InlineData("""{"facts":{"a":1,"a":2,"k":"KEY"}}""", """{"facts":{"a":2,"k":"(secret)"}}""")]
    [InlineData("""{"facts":{"a":1,"a":2}}""", """{"facts":{"a":1,"a":2}}""")]
    [InlineData("""{"number":[KEY,1.50]}""", """{"number":["(secret)",1.50]}""")]
    [InlineData("""{"half":"\ud800 KEY"}""", """{"outputs":"{\u0022half\u0022:\u0022\\ud800 (secret)\u0022}"}""")]
    [InlineData("""{"half":"\ud800"}""", """{"outputs":"{\u0022half\u0022:\u0022\\ud800\u0022}"}""")]
    public void An_odd_answer_is_kept_without_the_rows_key(string answered, string kept)
    {
        var key = string.Concat(Guid.NewGuid().ToByteArray().Select(static part => (part % 9) + 1));
        using var answer = JsonDocument.Parse(answered.Replace("KEY", key, StringComparison.Ordinal));

        var result = new RowKeys([key], new HashSet<int> { 0 }).Without(new RowResult { Row = 1, Attempt = 1, Status = "succeeded", Outputs = RowResult.OutputsOf(answer.RootElement) });

        Assert.Equal(kept, result.Outputs!.ToJsonString());
    }

    /// <summary>As the key of an endpoint that asks for none often is.</summary>
    [Fact]
    public void A_key_that_is_a_word_is_left_in_the_words_of_its_row()
    {
        BatchOutput.Write(Out, CsvFile.Parse("question,key\nIs none left?,none\n"), new HashSet<int> { 1 }, [new RowResult { Row = 1, Attempt = 1, Status = "succeeded", Outputs = new() { ["text"] = "There is none." } }]);

        Assert.Equal(["Is none left?", "…", "", "succeeded", "There is none."], CsvFile.Parse(File.ReadAllText(Out)).Rows[0][..5]);
    }
}
