using KeyedWorkflows.Generators.Tests.Compilations;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>Bodies of prompts: texts, options, history, tools, files.</summary>
public sealed class PromptTests
{
    [Fact]
    public async Task A_text_is_filled_in_one_pass_and_options_go_along()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record Ticket(string Text, int? Number, DateOnly Day, Kind Kind); public enum Kind { Small, Big }",
            "Ticket", "string",
            """"
            [Prompt(System = "\\{{literal}} \"quoted\"\t\u2028", User = """
                {{ticket.Text}} is {{ticket.Number?}} of {{ticket.Day}}, {{ticket.Kind}}; {{run.Workflow}} for {{run.Labels.who?}}
                """, Model = "m", FallbackModel = "f", Temperature = 0.2, TopP = 1, MaxOutputTokens = 9, Seed = -4, ReasoningEffort = ReasoningEffort.Low, ConfigureOptions = nameof(Edit))]
            public partial ValueTask<string> Ask(Ticket ticket, IChatClient chat);
            private static void Edit(ChatOptions options) => options.StopSequences = ["end"];
            """",
            """return await client.RunAsync(new("{{ticket.Number}}", 5, new(2026, 2, 3), Acme.Kind.Big), "acme", new RunOptions { Labels = new Dictionary<string, string> { ["who"] = "us" } });""",
            "[CredentialProfile]"));

        await loaded.Play<string>();

        var request = loaded.Provider.Requests.Single();
        Assert.Equal(["{{literal}} \"quoted\"\t\u2028", "{{ticket.Number}} is 5 of 2026-02-03, Big; test for us"], request.Messages.Select(static message => message.Text));
        Assert.Equal([ChatRole.System, ChatRole.User], request.Messages.Select(static message => message.Role));
        var options = request.Options!;
        Assert.Equal(("m", 0.2F, 1F, 9, -4L, ReasoningEffort.Low, "end"), (options.ModelId, options.Temperature, options.TopP, options.MaxOutputTokens, options.Seed, options.Reasoning?.Effort, options.StopSequences?.Single()));
    }

    [Fact]
    public async Task History_stands_between_system_and_user_message_and_a_typed_answer_is_read()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record Chat(string Last, List<ChatMessage> Before); public record Answer(string Text, int? Stars);",
            "Chat", "Answer",
            """
            [Step] public IReadOnlyList<ChatMessage> Before(Chat chat) => chat.Before;
            [Prompt(System = "s", User = "{{chat.Last}}")]
            public partial Task<Answer?> Ask(Chat chat, IEnumerable<ChatMessage>? before, IChatClient model, CancellationToken ct);
            [Step, Output] public Answer Finish([From(nameof(Ask))] Answer? answer) => answer!;
            """,
            """return (await client.RunAsync(new("now", [new(ChatRole.User, "hi"), new(ChatRole.Assistant, "hello")]), "acme")).ToString();""",
            "[CredentialProfile]"));
        loaded.Provider.Answer = static _ => """{"text":"fine","stars":null}""";

        Assert.Equal("Answer { Text = fine, Stars =  }", await loaded.Play<string>());
        Assert.Equal(["s", "hi", "hello", "now"], loaded.Provider.Requests.Single().Messages.Select(static message => message.Text));
    }

    [Fact]
    public async Task Tools_take_what_the_run_knows_and_what_the_model_gives()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record Ticket(string Text); public record Order(string Number); public record struct Price(decimal Amount);",
            "Ticket", "string",
            """
            [Step] public List<Order> FindOrders(Ticket ticket) => [new("17")];
            [Step] public Price? FindPrice(Ticket ticket) => new(3);
            [Prompt("{{ticket.Text}}", Tools = [nameof(look_up), nameof(Both), nameof(Count), nameof(More)], MaxToolRounds = 3)]
            public partial Task<string> Ask(Ticket ticket, IChatClient chat, CancellationToken ct);
            [Tool(Description = "Looks \"up\".")]
            private async Task<string> look_up(string word, Ticket ticket, RunContext run, [From(nameof(FindOrders))] Order[] orders, [From(nameof(FindPrice))] Price? price, CancellationToken ct, long? limit = 5, DayOfWeek day = DayOfWeek.Friday)
            { await Task.Yield(); return $"{word} {ticket.Text} {run.Workflow} {orders[0].Number} {price?.Amount} {limit} {day}"; }
            [Tool] private static void Both(int[] values) { }
            [Tool] public int Count(RunContext run) => 1;
            private IEnumerable<AITool> More => [AIFunctionFactory.Create(() => 1, "more")];
            """,
            """return await client.RunAsync(new("hi"), "acme");""",
            "[CredentialProfile]"));
        var calls = new Dictionary<string, object?>[] { new() { ["word"] = "w" }, new() { ["word"] = "v", ["limit"] = 1, ["day"] = 0 } };
        var round = 0;
        loaded.Provider.Respond = (messages, options) => round < calls.Length
            ? new(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("c" + round, "look_up", calls[round++])]))
            : null;

        var answer = await loaded.Play<string>();

        var last = loaded.Provider.Requests.Last();
        Assert.Equal(["look_up", "Both", "Count", "more"], last.Options!.Tools!.Select(static tool => tool.Name));
        var results = last.Messages.SelectMany(static message => message.Contents.OfType<FunctionResultContent>()).Select(static content => content.Result?.ToString());
        Assert.Equal(["w hi test 17 3 5 Friday", "v hi test 17 3 1 Sunday"], results);
        Assert.StartsWith("echo of hi", answer, StringComparison.Ordinal);
        var schema = ((AIFunction)last.Options.Tools![0]).JsonSchema;
        Assert.Equal(["word", "limit", "day"], schema.GetProperty("properties").EnumerateObject().Select(static property => property.Name));
    }

    [Fact]
    public async Task A_prompt_that_is_a_function_is_called_by_steps_with_their_own_client()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.Workflow(
            "public record Ticket(string Text);",
            "Ticket", "string",
            """
            [Prompt("better: {{text}} {{run.Workflow}}", Inline = true, Tools = [nameof(Echo)])] private partial Task<string> Improve(string text, IChatClient chat);
            [Tool] private string Echo(Ticket ticket) => ticket.Text;
            [Step(MaxCalls = 9)] public async Task<string> Write(Ticket ticket, IChatClient chat, [Slot("main", Model = "big", FallbackModel = "small")] IChatClient other, IEmbeddingGenerator<string, Embedding<float>> embed)
            {
                var text = ticket.Text;
                for (var i = 0; i < 2; i++)
                    text = await Improve(text, i == 0 ? chat : other);
                return text + (await embed.GenerateAsync(["four"]))[0].Vector.Length;
            }
            """,
            """return await client.RunAsync(new("hi"), "acme");""",
            "[CredentialProfile(EmbeddingModel = \"e\")]"));

        Assert.Equal("echo of better: echo of better: hi test test1", await loaded.Play<string>());
        Assert.Equal(["model-of-acme", "big"], loaded.Provider.Requests.Select(static request => request.Model));
    }

    [Fact]
    public async Task A_file_holds_the_texts()
    {
        var compilation = TestCompilation.Of(Sources.Workflow(
            "public record Ticket(string Text);",
            "Ticket", "string",
            """[Prompt(File = "prompts/ask.md")] public partial Task<string> Ask(Ticket ticket, IChatClient chat);""",
            """return await client.RunAsync(new("hi"), "acme");""",
            "[CredentialProfile]"));
        var emission = Emission.Sound(compilation, new MemoryFile("/somewhere/prompts/ask.md", "# system\r\nBe brief.\r\n\r\n# user\r\nSay {{ticket.Text}}\r\n"), new MemoryFile("/somewhere/other.md", "{{nothing"));

        await using var loaded = LoadedWorkflows.Of(emission.Output);
        await loaded.Play<string>();

        Assert.Equal(["Be brief.", "Say hi"], loaded.Provider.Requests.Single().Messages.Select(static message => message.Text));
    }

    [Theory]
    [InlineData("elsewhere.md", "Say it")]
    [InlineData("prompts/ask.md", "Say {{nobody}}")]
    public async Task A_file_that_is_missing_or_faulty_gives_a_body_that_says_so(string path, string text)
    {
        var compilation = TestCompilation.Of(Sources.Workflow(
            "public record Ticket(string Text);",
            "Ticket", "string",
            """[Prompt(File = "./prompts/ask.md")] public partial Task<string> Ask(Ticket ticket, IChatClient chat);""",
            """
            try { return await client.RunAsync(new("hi"), "acme"); }
            catch (WorkflowRunException failure) { return failure.InnerException!.Message; }
            """,
            "[CredentialProfile]"));

        await using var loaded = LoadedWorkflows.Of(Emission.Sound(compilation, new MemoryFile(path, text)).Output);

        Assert.Contains("prompts/ask.md", await loaded.Play<string>(), StringComparison.Ordinal);
    }
}
