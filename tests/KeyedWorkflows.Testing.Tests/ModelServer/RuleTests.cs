using System.Net;
using System.Text.Json.Nodes;

namespace KeyedWorkflows.Testing.Tests;

public sealed class RuleTests
{
    private readonly string _key = Wire.NewKey();

    [Fact]
    public async Task The_first_rule_that_matches_answers_and_the_default_answers_the_rest()
    {
        await using var server = await Wire.ServerFor(_key);
        server.Answer("default");
        server.When(r => r.LastUserMessage.Contains("refund", StringComparison.Ordinal)).Answer("refund rule");
        server.When(r => r.LastUserMessage.Contains("order", StringComparison.Ordinal)).Answer("order rule");
        using Wire wire = new(server, _key);
        Assert.Equal("refund rule", await wire.AnswerToAsync("a refund of my order"));
        Assert.Equal("order rule", await wire.AnswerToAsync("my order"));
        Assert.Equal("default", await wire.AnswerToAsync("hello"));
    }

    [Fact]
    public async Task A_rule_ends_after_its_times_and_counts_its_calls()
    {
        await using var server = await Wire.ServerFor(_key);
        var rule = server.When(_ => true).Times(2).Answer("twice");
        server.Answer("then");
        using Wire wire = new(server, _key);
        Assert.Equal(["twice", "twice", "then"], [await wire.AnswerToAsync("1"), await wire.AnswerToAsync("2"), await wire.AnswerToAsync("3")]);
        Assert.Equal(2, rule.Calls);
    }

    [Fact]
    public async Task Under_load_a_rule_answers_exactly_its_times()
    {
        await using var server = await Wire.ServerFor(_key);
        server.When(_ => true).Times(37).Answer("rule");
        server.Answer("default");
        using Wire wire = new(server, _key);
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => wire.AnswerToAsync("x")));
        Assert.Equal(37, answers.Count(a => a == "rule"));
        Assert.Equal(163, answers.Count(a => a == "default"));
    }

    [Fact]
    public async Task A_script_answers_in_order_each_once_faults_included()
    {
        await using var server = await Wire.ServerFor(_key);
        server.Script("one", ModelServerFault.ServerError(), "two");
        server.Answer("default");
        using Wire wire = new(server, _key);
        Assert.Equal("one", await wire.AnswerToAsync("x"));
        using (var failed = await wire.AskAsync("x"))
            Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Equal("two", await wire.AnswerToAsync("x"));
        Assert.Equal("default", await wire.AnswerToAsync("x"));
    }

    [Fact]
    public async Task A_script_of_one_key_is_not_used_up_by_another()
    {
        var other = Wire.NewKey();
        await using var server = await Wire.ServerFor(_key, other);
        server.ForKey(_key).Script("mine 1", "mine 2");
        server.ForKey(other).Answer("other's");
        using Wire mine = new(server, _key);
        using Wire others = new(server, other);
        Assert.Equal("mine 1", await mine.AnswerToAsync("x"));
        Assert.Equal("other's", await others.AnswerToAsync("x"));
        Assert.Equal("mine 2", await mine.AnswerToAsync("x"));
    }

    [Fact]
    public async Task A_rule_may_make_its_answer_of_the_request()
    {
        await using var server = await Wire.ServerFor(_key);
        server.When(_ => true).Answer(r => $"You said {r.LastUserMessage}");
        using Wire wire = new(server, _key);
        Assert.Equal("You said hi", await wire.AnswerToAsync("hi"));
    }

    [Fact]
    public async Task An_answer_that_does_not_fit_what_is_asked_is_not_used_up()
    {
        await using var server = await Wire.ServerFor(_key);
        server.Script("for chat");
        using Wire wire = new(server, _key);
        using (var embedded = await wire.PostAsync("embeddings", """{"model":"e","input":"x"}"""))
            Assert.Equal(HttpStatusCode.OK, embedded.StatusCode);
        Assert.Equal("for chat", await wire.AnswerToAsync("x"));
    }

    [Fact]
    public async Task FailNext_goes_before_all_rules()
    {
        await using var server = await Wire.ServerFor(_key);
        server.When(_ => true).Answer("rule");
        server.FailNext(ModelServerFault.ServerError(503), times: 2);
        using Wire wire = new(server, _key);
        for (var i = 0; i < 2; i++)
        {
            using var failed = await wire.AskAsync("x");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        }

        Assert.Equal("rule", await wire.AnswerToAsync("x"));
    }

    [Fact]
    public async Task Cleared_rules_answer_no_more()
    {
        await using var server = await Wire.ServerFor(_key);
        server.Answer("default").When(_ => true).AnswerJson(new JsonObject { ["a"] = 1 });
        using Wire wire = new(server, _key);
        Assert.Equal("""{"a":1}""", await wire.AnswerToAsync("x"));
        server.ClearRules();
        Assert.Equal("default", await wire.AnswerToAsync("x"));
    }

    [Fact]
    public async Task A_callback_that_throws_becomes_a_500_without_the_key()
    {
        await using var server = await Wire.ServerFor(_key);
        server.When(r => throw new InvalidOperationException("The rule met " + r.Key)).Answer("x");
        using Wire wire = new(server, _key);
        using var response = await wire.AskAsync("x");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(Wire.Cancelled);
        Assert.Contains("The rule met [key]", text, StringComparison.Ordinal);
    }
}
