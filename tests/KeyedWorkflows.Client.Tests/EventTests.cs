using System.Text.Json;
using KeyedWorkflows.Client.Tests.Scene;
using KeyedWorkflows.Client.Tests.Workflows;
using KeyedWorkflows.Server.Tests.Workflows;
using KeyedWorkflows.Testing;

namespace KeyedWorkflows.Client.Tests;

public sealed class EventTests
{
    private static readonly Ticket Question = new("Where is my order?");

    private static readonly Dictionary<string, Func<LocalOrRemote, IAsyncEnumerable<WorkflowEvent>>> Runs = new(StringComparer.Ordinal)
    {
        ["streamed text and structured output"] = from => from.Get<IDeskClient>().StreamAsync(Question, "acme_openai", Ct),
        ["a text"] = from => from.Get<IKeyedClient>().StreamAsync(new KeyedInput { Text = "Hello" }, "acme_openai", Ct),
        ["two slots"] = from => from.Get<ITwoSlotsClient>().StreamAsync("Hello", "acme_openai", Ct),
        ["three streams"] = from => from.Get<IStoryClient>().StreamAsync(new StoryInput("a fox"), "acme_openai", Ct),
        ["no slot"] = from => from.Get<IReaderClient>().StreamAsync(new ReaderInput(new WorkflowFile("a.txt", "text/plain", "Hello"u8.ToArray())), Ct),
        ["elements, a step left out"] = from => from.Get<IPathsClient>().StreamAsync(new PathsInput(["one"]), "acme_openai", Ct),
        ["elements, an optional step that fails"] = from => from.Get<IPathsClient>().StreamAsync(new PathsInput(["one", "two"], true), "acme_openai", Ct),
        ["a second attempt"] = from => from.Get<IPathsClient>().StreamAsync(new PathsInput(["odd"]), "acme_openai", Ct),
        ["a step that fails"] = from => from.Get<IPathsClient>().StreamAsync(new PathsInput(["broken"]), "acme_openai", Ct),
        ["a workflow in a step"] = from => from.Get<IOuterClient>().StreamAsync(new StoryInput("a fox"), "acme_openai", Ct),
        ["a profile that is not there"] = from => from.Get<IKeyedClient>().StreamAsync(new KeyedInput { Text = "Hello" }, "acme_other", Ct),
        ["a credential that is malformed"] = from => from.Get<IKeyedClient>().StreamAsync(new KeyedInput { Text = "Hello" }, "", Ct),
    };

    public static TheoryData<string> Names => [.. Runs.Keys];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Events_over_HTTP_are_those_of_the_process_in_kind_order_and_content(string name)
    {
        await using var scene = await ClientScene.StartAsync();
        await using var local = LocalHost.Of(scene);
        scene.Models.When(request => request.LastUserMessage == "Digest: broken").Answer("no JSON");
        scene.Models.When(request => request.LastUserMessage == "Digest: odd").Script("no JSON", """{"text":"odd","length":3}""", "no JSON", """{"text":"odd","length":3}""");

        var here = await ReadAsync(Runs[name](new(local, null)));
        var there = await ReadAsync(Runs[name](new(null, scene.Host)));

        Assert.NotEmpty(there);
        Assert.Equal(here, there);
    }

    [Fact]
    public async Task Text_arrives_while_the_model_still_writes()
    {
        await using var scene = await ClientScene.StartAsync();
        var gate = new ModelServerGate();
        scene.Models.When(request => request.LastUserMessage == "Begin: a fox").HoldUntil(gate, afterChunks: 1).Stream("Once ", "upon");

        await foreach (var happened in scene.Get<IStoryClient>().StreamAsync(new StoryInput("a fox"), "acme_openai", Ct))
        {
            if (happened is TextDeltaEvent { Text: "Once " })
                gate.Open();
        }

        Assert.True(gate.Waiting == 0);
    }

    /// <summary>One line an event, without ids and times, and what it throws at last.</summary>
    private static async Task<List<string>> ReadAsync(IAsyncEnumerable<WorkflowEvent> events)
    {
        var lines = new List<string>();
        try
        {
            await foreach (var happened in events)
                lines.Add(Line(happened));
        }
        catch (WorkflowRunException failure)
        {
            lines.Add("throws " + Line(failure));
        }
        return lines;
    }

    private static string Line(WorkflowEvent happened) => happened switch
    {
        RunStartedEvent start => $"started {start.Workflow} {start.Binding} tenant {start.Binding.Tenant} {string.Join(' ', start.Binding.Slots.Select(static slot => $"{slot.Tenant} {slot.Provider}"))}",
        TextDeltaEvent text => $"text {text.Step} {text.Element} {text.Text}",
        StepFinishedEvent finished => $"finished {finished.Step} {finished.Element} {finished.Attempt} {finished.Usage} {finished.Duration >= TimeSpan.Zero} {Json(finished.Step.Contains('/', StringComparison.Ordinal) ? null : finished.Output)}",
        StepRetriedEvent retried => $"retried {retried.Step} {retried.Element} {retried.Attempt} {retried.Code} {retried.Message}",
        StepFailedEvent failed => $"failed {failed.Step} {failed.Element} {failed.Optional} {failed.Code} {failed.Message}",
        IterationFinishedEvent element => $"element {element.Step} {element.Element} {element.Count}",
        StepEvent step => $"{step.GetType().Name} {step.Step} {step.Element}",
        RunFailedEvent failed => $"{failed.Status} {failed.Usage} {Line((WorkflowRunException)failed.Error)}",
        RunEndedEvent end => $"{end.Status} {end.Usage} {end.GetType()} {Json(end.Result)}",
        _ => throw new InvalidOperationException(happened.GetType().Name),
    };

    private static string Line(WorkflowRunException failure) =>
        $"{failure.Code} {failure.Workflow} {failure.Step} {failure.Attempt} {failure.Slot} {failure.StatusCode} {(failure.Code == WorkflowErrorCodes.ProfileNotFound ? "" : failure.Message)}";

    /// <summary>A list is of whatever type its maker takes.</summary>
    private static string Json(object? value) => value switch
    {
        null => "null",
        IReadOnlyList<string> and not Array => $"texts {JsonSerializer.Serialize(value)}",
        _ => $"{value.GetType()} {JsonSerializer.Serialize(value)}",
    };
}

/// <summary>Where clients are taken from.</summary>
internal sealed record LocalOrRemote(LocalHost? Local, ClientHost? Remote)
{
    public TClient Get<TClient>()
        where TClient : notnull => Local is not null ? Local.Get<TClient>() : Remote!.Get<TClient>();
}
