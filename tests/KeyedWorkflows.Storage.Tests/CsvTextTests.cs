namespace KeyedWorkflows.Storage.Tests;

/// <summary>Whatever a model or a caller wrote is a text in a cell of its own, in a spreadsheet and on a terminal.</summary>
public sealed class CsvTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"so\"", "\"say \"\"so\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("-1", "'-1")]
    [InlineData("\n=1+1", "\"'\n=1+1\"")]
    [InlineData("\uFF1D1+1", "'\uFF1D1+1")]
    [InlineData("x;=1+1", "\"x;=1+1\"")]
    [InlineData("x\t=1+1", "\"x\t=1+1\"")]
    [InlineData("\u001B[2J\u202Etxt", "·[2J·txt")]
    [InlineData("Zoë 👩\u200D💻", "Zoë 👩\u200D💻")]
    public void A_cell_is_a_text(string text, string cell) => Assert.Equal(cell, CsvText.Cell(text));
}
