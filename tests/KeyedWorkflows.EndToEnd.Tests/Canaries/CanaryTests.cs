using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using System.Runtime.CompilerServices;
using System.Text.Json;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>Keys that are drawn here go through everything that a run can meet, and are looked for in everything that a process shows.</summary>
public sealed class CanaryTests
{
    // What an operator may have switched on: the OpenAI library's own spans, which repeat errors. Read once, so set before all tests.
    [ModuleInitializer]
    internal static void SwitchOnTheLibrarysTelemetry() => AppContext.SetSwitch("OpenAI.Experimental.EnableOpenTelemetry", true);

    [Fact]
    public Task No_piece_of_a_key_comes_out_on_any_channel() => ProveAsync(rounds: 1);

    [Fact]
    [Trait("Category", "Heavy")]
    public async Task No_piece_of_a_key_comes_out_on_any_channel_in_many_rounds()
    {
        Heavy.Only();
        for (var i = 0; i < 3; i++)
            await ProveAsync(rounds: 2);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public async Task A_key_that_comes_out_on_one_channel_is_found_there(Channel channel)
    {
        await using var host = await CanaryHost.StartAsync(Play.Success);
        var planted = host.Draw(Canary.WithSigns("planted"));

        await PlantAsync(host, channel, planted.Key[9..]);

        Assert.Contains(await host.FindAsync(), found => found.StartsWith($"{channel}: planted, ", StringComparison.Ordinal));
    }

    [Fact]
    public void Six_characters_of_a_key_are_found_in_any_form_and_five_are_not()
    {
        foreach (var canary in (Canary[])[Canary.WithSigns("planted"), Canary.OfLetters("planted"), Canary.LikeName("planted")])
        {
            CanarySearch search = new(canary, Canary.WithSigns("other"));
            for (var start = 0; start + CanarySearch.Window <= canary.Random.Length; start++)
            {
                foreach (var (form, piece) in CanarySearch.FormsOf(canary.Random.Substring(start, CanarySearch.Window)))
                {
                    Assert.True(search.In($"it says {piece}, and goes on") is not null, form);
                    Assert.True(search.In($"it says {piece.ToLowerInvariant()}") is not null, form);
                }
                Assert.Null(search.In($"it says {canary.Random.AsSpan(start, CanarySearch.Window - 1)}, and goes on"));
            }
            Assert.NotNull(search.In(System.Text.Encoding.Latin1.GetString(System.Text.Encoding.Unicode.GetBytes(canary.Key))));
            Assert.NotNull(search.In(JsonSerializer.Serialize(JsonSerializer.Serialize(new { canary.Key }))));
            for (var lead = 0; lead < 3; lead++)
                Assert.NotNull(search.In(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(new string('x', lead) + canary.Key + "tail"))));
        }
    }

    public static TheoryData<Channel> Channels => [.. Enum.GetValues<Channel>()];

    private static async Task PlantAsync(CanaryHost host, Channel channel, string piece)
    {
        switch (channel)
        {
            case Channel.Logs:
                host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("planted").LogTrace(new InvalidOperationException("failed", new FormatException("inner") { Data = { ["sent"] = piece } }), "It failed");
                break;
            case Channel.Traces:
                using (var source = new ActivitySource("planted"))
                using (var activity = source.StartActivity("call"))
                    activity!.AddEvent(new ActivityEvent("exception", tags: new() { ["exception.message"] = piece }));
                break;
            case Channel.Metrics:
                using (var meter = new Meter("planted"))
                {
                    meter.CreateCounter<int>("calls").Add(1, new KeyValuePair<string, object?>("key", piece));
                    host.CollectMetrics();
                }
                break;
            case Channel.EventSources:
                using (var source = new EventSource("planted"))
                    source.Write("Sent", new { Header = piece });
                break;
            case Channel.DiagnosticListeners:
                using (var listener = new DiagnosticListener("planted"))
                    listener.Write("Sent", new { Request = new HttpRequestMessage(HttpMethod.Get, "http://localhost") { Headers = { { "X-Key", piece } } } });
                break;
            case Channel.Texts:
                host.Views.Note(new Planted.InText(piece));
                break;
            case Channel.Json:
                host.Views.Note(new Planted.InProperty(piece));
                break;
            case Channel.Debugger:
                host.Views.Note(new Planted.InPrivateField(piece));
                break;
            case Channel.Exceptions:
                host.Views.Note(new AggregateException(new InvalidOperationException("outer", new FormatException("inner") { Data = { ["sent"] = piece } })));
                break;
            case Channel.Events:
            case Channel.Checkpoints:
                // A model that says the key: what it says is text and result of the run.
                host.Server.ClearRules();
                host.Server.When(static _ => true).Stream("it is ", piece);
                await RunAsync<Shapes.StreamedChat, Question>(host, host.Payers[0], Play.All[^1], new("What is it?"), []);
                break;
            case Channel.Requests:
                await RunAsync<Shapes.PlainChat, Question>(host, host.Payers[0], Play.All[^1], new($"Is it {piece}?"), []);
                break;
            case Channel.Files:
                await host.Profiles.CreateAsync(new() { Name = "planted", Provider = "openai", ApiKey = Secret.From("another"), Endpoint = new Uri("https://planted.example/" + Uri.EscapeDataString(piece)) }, CanaryHost.Ct);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(channel), channel, "Say here how a key would come out there.");
        }
    }

    [Fact]
    public void A_debugger_view_reads_private_fields_and_display_lines()
    {
        var canary = Canary.WithSigns("planted");
        Evidence evidence = new();
        new DebuggerView(evidence).Note(new Planted.InDebuggerDisplay(canary.Key));

        Assert.Contains(evidence.Of(Channel.Debugger), text => new CanarySearch(canary).In(text) is not null);
    }

    private static async Task ProveAsync(int rounds)
    {
        await using var host = await CanaryHost.StartAsync(Play.All);
        await using var untidy = new UntidyServer();
        ConcurrentBag<string> notAsMeant = [];

        // Those that wait do so side by side.
        var slow = Task.WhenAll(Runs(host, static play => IsSlow(play)).Select(run => run(notAsMeant)).ToList());
        for (var round = 0; round < rounds; round++)
        {
            await Parallel.ForEachAsync(Runs(host, static play => !IsSlow(play)), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = CanaryHost.Ct }, async (run, _) => await run(notAsMeant));
            await Parallel.ForEachAsync(Enumerable.Range(0, UntidyServer.Count), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = CanaryHost.Ct }, async (answer, _) => await RunUntidyAsync(host, untidy.EndpointOf(answer)));
            await AskWronglyAsync(host);
        }
        await slow;
        await ShowOptionsAsync(host);

        Assert.Empty(notAsMeant);
        Assert.All(host.Payers, payer => Assert.True(host.Server.Usage(payer.Key.Key).Requests > Play.All.Count, $"The {payer} paid for too few requests."));
        var found = await host.FindAsync();
        Assert.True(found.Count == 0, "Pieces of keys came out:\n" + string.Join('\n', found));
        Assert.Empty(host.Evidence.Silent);
        Assert.Superset(new HashSet<string>(["System.Net.Http", "System.Net.Sockets"]), new HashSet<string>(host.HeardSources));
    }

    private static bool IsSlow(Play play) => Play.Slow.Contains(play) || play.Name.StartsWith(nameof(ModelServerFault.NoAnswer), StringComparison.Ordinal);

    /// <summary>Every payer in every shape of workflow through every play.</summary>
    private static IEnumerable<Func<ConcurrentBag<string>, Task>> Runs(CanaryHost host, Func<Play, bool> which)
    {
        for (var i = 0; i < Play.All.Count; i++)
        {
            var (play, text) = (Play.All[i], FormattableString.Invariant($"play {i} on"));
            if (!which(play))
                continue;
            foreach (var payer in host.Payers)
            {
                var question = new Question(text) { Key = payer.InputKey };
                yield return failed => RunAsync<Shapes.PlainChat, Question>(host, payer, play, question, failed);
                yield return failed => RunAsync<Shapes.StreamedChat, Question>(host, payer, play, question, failed);
                yield return failed => RunAsync<Shapes.StructuredAnswer, Question>(host, payer, play, question, failed);
                yield return failed => RunAsync<Shapes.ToolUse, Question>(host, payer, play, question, failed);
                yield return failed => RunAsync<Shapes.Vectors, Question>(host, payer, play, question, failed);
                yield return failed => RunAsync<Shapes.Wrapping, Question>(host, payer, play, question, failed);
                yield return failed => RunAsync<Shapes.Parent, Shapes.Parent.Task>(host, payer, play, new(text) { Key = payer.InputKey }, failed);
            }
        }
    }

    private static async Task RunAsync<TWorkflow, TInput>(CanaryHost host, Payer payer, Play play, TInput input, ConcurrentBag<string> notAsMeant)
        where TWorkflow : IWorkflowClass<TInput, string>
    {
        host.Views.Note(input);
        Exception? failure = null;
        try
        {
            await host.Transport.RunAsync(TWorkflow.Definition, input, payer.Credentials, null, new KeptValues(host.Evidence), new EventEar(host.Evidence, host.Views), CanaryHost.Ct);
        }
        catch (WorkflowRunException error)
        {
            failure = error;
            host.Views.Note(error);
        }
        if (play == Play.Success)
        {
            if (failure is not null)
                notAsMeant.Add($"{typeof(TWorkflow).Name} under the {payer} failed: {failure.Message}");
            await LookAtHandleAsync<TWorkflow, TInput>(host, payer, input);
        }
        else if (Play.Echoes.Contains(play) || play.Name.StartsWith(nameof(ModelServerFault.EchoKeyInError), StringComparison.Ordinal))
        {
            if (failure is null)
                notAsMeant.Add($"{typeof(TWorkflow).Name} under the {payer} went past {play}.");
            if (play == Play.Echoes[0])
                await LookAtHandleAsync<TWorkflow, TInput>(host, payer, input);
        }
    }

    private static async Task LookAtHandleAsync<TWorkflow, TInput>(CanaryHost host, Payer payer, TInput input)
        where TWorkflow : IWorkflowClass<TInput, string>
    {
        var handle = await host.Transport.StartAsync(TWorkflow.Definition, input, payer.Credentials, null, CanaryHost.Ct);
        host.Views.Note(handle.Binding);
        await foreach (var happened in handle.Events)
            host.Views.Note(happened);
        try
        {
            await handle.Output;
        }
        catch (WorkflowRunException error)
        {
            host.Views.Note(error);
        }
        host.Views.Note(handle);
        host.Views.Note(await host.Transport.ExplainAsync(TWorkflow.Definition, input, payer.Credentials, null, CanaryHost.Ct));
    }

    private static async Task RunUntidyAsync(CanaryHost host, Uri endpoint)
    {
        var credential = Credential.ApiKey(host.Draw(Canary.OfLetters("key for an untidy server " + endpoint.AbsolutePath)).Key, endpoint);
        host.Views.Note(credential);
        foreach (var run in (Func<Task>[])[Run<Shapes.PlainChat>, Run<Shapes.StreamedChat>, Run<Shapes.Vectors>, Run<Shapes.Wrapping>])
            await run();

        async Task Run<TWorkflow>()
            where TWorkflow : IWorkflowClass<Question, string>
        {
            try
            {
                await host.Transport.RunAsync(TWorkflow.Definition, new("Are you there?"), RunCredentials.For(credential), null, new KeptValues(host.Evidence), new EventEar(host.Evidence, host.Views), CanaryHost.Ct);
            }
            catch (WorkflowRunException error)
            {
                host.Views.Note(error);
            }
        }
    }

    /// <summary>Keys where none belongs: in the place of a name, an id, a tenant, an endpoint; broken ones; one that is refused.</summary>
    private static Task AskWronglyAsync(CanaryHost host) => AskWronglyAsync<Shapes.PlainChat>(host);

    private static async Task AskWronglyAsync<TWorkflow>(CanaryHost host)
        where TWorkflow : IWorkflowClass<Question, string>
    {
        string Key(string name) => host.Draw(Canary.WithSigns(name)).Key;
        string Name(string name) => host.Draw(Canary.LikeName(name)).Key;
        Question question = new("Who pays?");
        (Question Input, RunCredentials Credentials, RunOptions? Options)[] calls =
        [
            (question, RunCredentials.For(Key("key as a profile's name")), null),
            (question, RunCredentials.For(Name("name that is unknown")), null),
            (question, RunCredentials.For(Credential.Id(Name("id that is unknown"))), null),
            (question, RunCredentials.For(Credential.Tenant(Name("tenant that is unknown"))), null),
            (question, RunCredentials.For(Credential.ApiKey(Key("key with a line break") + "\r\nX: y")), null),
            (question, RunCredentials.For(Credential.ApiKey(Key("key that is refused"))), null),
            (question, RunCredentials.For(Credential.ApiKey(Key("key with a bad endpoint"), new Uri($"http://{Name("key in an endpoint")}.example/?k=v"))), null),
            (question with { Profile = Key("key as the input's profile") }, RunCredentials.None, null),
            (question with { Key = Secret.From(Key("key of a conflict")) }, RunCredentials.For(Credential.ApiKey(Key("other key of a conflict"))), null),
            (question, RunCredentials.For("stored"), new RunOptions { Tenant = Key("key as the run's tenant") }),
        ];
        foreach (var (input, credentials, options) in calls)
        {
            host.Views.Note(credentials);
            host.Views.Note(input with { Profile = null });
            host.Views.Note(await host.Transport.ExplainAsync(TWorkflow.Definition, input, credentials, options, CanaryHost.Ct));
            host.Views.Note(await Assert.ThrowsAsync<WorkflowRunException>(() => host.Transport.RunAsync(TWorkflow.Definition, input, credentials, options, CanaryHost.Ct)));
        }
        host.Views.Note(Record.Exception(() => Secret.From(Key("malformed key") + " \n")) ?? Record.Exception(() => Secret.From("\0" + Key("malformed key"))));
    }

    private static async Task ShowOptionsAsync(CanaryHost host)
    {
        var profile = await host.Services.GetServices<IProfileStore>().ToAsyncEnumerable().Select(async (store, ct) => await store.FindByNameAsync("stored", ct)).FirstAsync(static found => found is not null, CanaryHost.Ct);
        Assert.Equal(host.Payers[0].Key.Key, profile!.ApiKey!.Reveal());
        host.Views.Note(profile);
        host.Views.Note(profile.ApiKey);
        host.Views.Note(profile with { Name = "other" });
        host.Views.Note(JsonSerializer.Deserialize<StoredProfile>(JsonSerializer.Serialize(profile)));
        host.Views.Note(Credential.ApiKey(profile.ApiKey));
        host.Views.Note(RunCredentials.For(Credential.ApiKey(profile.ApiKey)));
        host.Views.Note(host.StorageOptions);
        host.Views.Note(new ModelClientContext { Model = "m", ApiKey = profile.ApiKey, Headers = profile.Headers, Transport = host.Services.GetRequiredService<ModelTransports>().Operators });
        host.Views.Note(host.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<ModelCallPolicyOptions>>().Value);
    }
}
