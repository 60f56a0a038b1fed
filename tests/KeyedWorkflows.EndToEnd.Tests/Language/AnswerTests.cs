using System.ComponentModel;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>What a prompt returns: text, a stream of text, or a typed value.</summary>
public sealed partial class AnswerTests
{
    [Fact]
    public async Task A_stream_comes_in_pieces_and_is_consumed_whole()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static _ => true).Stream("Once ", "upon ", "a time");

        var lines = await EventText.LinesAsync(desk.Client<IStoryClient>().StreamAsync("x", "acme", ServiceDesk.Ct));

        Assert.Equal(
            ["run started", "started Tell", "text Tell: Once ", "text Tell: upon ", "text Tell: a time", "finished Tell", "started Finish", "finished Finish", "run finished: Succeeded"],
            lines);
        Assert.True(desk.Server.Requests[0].IsStreaming);
    }

    [Fact]
    public async Task Pieces_arrive_while_the_model_still_writes()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var gate = new ModelServerGate();
        desk.Server.When(static _ => true).HoldUntil(gate, afterChunks: 1).Stream("first ", "second");
        List<string> pieces = [];

        await foreach (var happened in desk.Client<IStoryClient>().StreamAsync("x", "acme", ServiceDesk.Ct))
        {
            if (happened is not TextDeltaEvent { Text: var text })
                continue;
            pieces.Add(text);

            // The second is sent only after the first was seen here.
            gate.Open();
        }

        Assert.Equal(["first ", "second"], pieces);
    }

    [Fact]
    public async Task A_streams_usage_is_booked()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static _ => true).Stream("abcd", "efgh");

        var run = await desk.Client<IStoryClient>().StartAsync("x", "acme", ServiceDesk.Ct);
        await run.Output;

        var counted = desk.Server.Usage(desk.AcmeKey);
        Assert.Equal((1, counted.PromptTokens, counted.CompletionTokens), (run.Usage.Calls, run.Usage.InputTokens, run.Usage.OutputTokens));
        Assert.Equal(2, run.Usage.OutputTokens);
    }

    [Fact]
    public async Task A_typed_answer_is_asked_for_by_schema()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Script("""{"name":"billing","urgent":true,"tags":["a"]}""");

        var topic = await desk.Client<ITopicsClient>().RunAsync("x", "acme", ServiceDesk.Ct);

        Assert.Equal(("billing", true, "a"), (topic.Name, topic.Urgent, Assert.Single(topic.Tags)));
        var schema = desk.Server.Requests[0].ResponseSchema!.Value;
        Assert.Equal("One word.", schema.GetProperty("properties").GetProperty("name").GetProperty("description").GetString());
        Assert.Equal(["name", "urgent", "tags"], schema.GetProperty("required").EnumerateArray().Select(static name => name.GetString()));
    }

    [Fact]
    public async Task The_model_server_answers_any_schema_with_a_valid_value()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.NotNull((await desk.Client<ITopicsClient>().RunAsync("x", "acme", ServiceDesk.Ct)).Name);
    }

    [Fact]
    public async Task A_list_of_a_type_that_holds_itself_has_a_schema_whose_references_lead_somewhere()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        // The server makes a value from the schema, and refuses one with a reference to nowhere.
        Assert.NotNull(await desk.Client<ITreesClient>().RunAsync("x", "acme", ServiceDesk.Ct));

        var tree = desk.Server.Requests[0].ResponseSchema!.Value.GetProperty("properties").GetProperty("data").GetProperty("items");
        Assert.Equal("#/properties/data/items", tree.GetProperty("properties").GetProperty("branches").GetProperty("items").GetProperty("$ref").GetString());
    }

    [Fact]
    public async Task Lists_enums_and_numbers_are_typed_answers_too()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static request => request.LastUserMessage == "List").AnswerJson("""{"data":[{"name":"a","urgent":false,"tags":[]},{"name":"b","urgent":true,"tags":[]}]}""");
        desk.Server.When(static request => request.LastUserMessage == "Mood").AnswerJson("""{"data":"Angry"}""");
        desk.Server.When(static request => request.LastUserMessage == "Score").AnswerJson("""{"data":7}""");

        Assert.Equal("a,b Angry 7", await desk.Client<IManyAnswersClient>().RunAsync("x", "acme", ServiceDesk.Ct));
    }

    [Fact]
    public async Task What_does_not_parse_is_asked_for_once_more()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static _ => true).Script("""{"name":null,"urgent":true,"tags":[]}""", """{"name":"billing","urgent":true,"tags":[]}""");

        var events = await EventText.ListAsync(desk.Client<ITopicsClient>().StreamAsync("x", "acme", ServiceDesk.Ct));

        Assert.Equal(["run started", "started Classify", "retried Classify: output_invalid", "finished Classify", "run finished: Succeeded"], events.Select(EventText.Of));
        Assert.Equal(2, events.OfType<StepFinishedEvent>().Single().Attempt);
        Assert.Equal(2, ((RunEndedEvent)events[^1]).Usage.Calls);
    }

    [Fact]
    public async Task What_does_not_parse_twice_is_an_error_that_repeats_nothing_of_it()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static _ => true).AnswerJson("""{"name":"private","urgent":"perhaps","tags":[]}""");

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<ITopicsClient>().RunAsync("x", "acme", ServiceDesk.Ct));

        Assert.Equal((WorkflowErrorCodes.OutputInvalid, "Classify", 2, "acme"), (error.Code, error.Step, error.Attempt, error.Profile));
        Assert.Equal(2, desk.Server.Requests.Count);
        Assert.DoesNotContain("private", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("length", WorkflowErrorCodes.OutputTruncated)]
    [InlineData("content_filter", WorkflowErrorCodes.ContentFiltered)]
    public async Task An_answer_that_did_not_end_by_itself_is_an_error(string reason, string code)
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static _ => true).Answer(ModelAnswer.Text("{\"name\":") with { FinishReason = reason });

        var typed = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<ITopicsClient>().RunAsync("x", "acme", ServiceDesk.Ct));
        var requests = desk.Server.Requests.Count;
        var streamed = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IStoryClient>().RunAsync("x", "acme", ServiceDesk.Ct));

        Assert.Equal((code, 1), (typed.Code, requests));
        Assert.Equal((code, "Tell"), (streamed.Code, streamed.Step));
    }

    [Fact]
    public async Task A_refusal_is_an_error()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static _ => true).Refuse("I will not.");

        Assert.Equal(WorkflowErrorCodes.ContentFiltered, (await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<ITopicsClient>().RunAsync("x", "acme", ServiceDesk.Ct))).Code);
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_an_error_unless_it_may_be_tried_again()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.FailNext(ModelServerFault.CutStream(afterChunks: 1));

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IStoryClient>().RunAsync("x", "acme", ServiceDesk.Ct));

        Assert.Equal((WorkflowErrorCodes.ConnectionFailed, "Tell", "acme"), (error.Code, error.Step, error.Profile));
        Assert.Single(desk.Server.Requests);
    }

    public enum Mood
    {
        Calm,
        Angry,
    }

    public sealed record Topic([property: Description("One word.")] string Name, bool Urgent, IReadOnlyList<string> Tags);

    [Workflow("story")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Story : IWorkflow<string, string>
    {
        [Prompt("Tell {{text}}")]
        public partial IAsyncEnumerable<string> Tell([FromInput] string text, IChatClient chat, CancellationToken ct);

        [Step]
        public string Finish([From(nameof(Tell))] string text) => text + "!";
    }

    [Workflow("topics")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Topics : IWorkflow<string, Topic>
    {
        [Prompt("Which topic? {{text}}")]
        public partial Task<Topic> Classify(string text, IChatClient chat, CancellationToken ct);
    }

    public sealed record Tree(string Name, IReadOnlyList<Tree> Branches);

    [Workflow("trees")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Trees : IWorkflow<string, IReadOnlyList<Tree>>
    {
        [Prompt("{{text}}")]
        public partial Task<IReadOnlyList<Tree>> Grow(string text, IChatClient chat, CancellationToken ct);
    }

    [Workflow("many-answers")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class ManyAnswers : IWorkflow<string, string>
    {
        [Prompt("List")]
        public partial Task<IReadOnlyList<Topic>> List(IChatClient chat, CancellationToken ct);

        [Prompt("Mood")]
        public partial Task<Mood> Feel(IChatClient chat, CancellationToken ct);

        [Prompt("Score")]
        public partial Task<int> Score(IChatClient chat, CancellationToken ct);

        [Step]
        public string Join(Topic[] topics, Mood mood, int score) => $"{string.Join(',', topics.Select(static topic => topic.Name))} {mood} {score}";
    }
}
