using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Testing;

/// <summary>
/// What the scripted provider answers: by rule, by script, or without either a value valid for the schema that is asked for, or a text that says that it is scripted. No key, no network, and the
/// same answer on every machine. Every member is safe for many threads and while models are asked.
/// </summary>
public sealed class ScriptedModels
{
    /// <summary>The text of an answer that nothing was written for.</summary>
    public const string DefaultText = "This answer is scripted: no model was asked.";

    private readonly ModelRules _rules = new();
    private readonly ConcurrentQueue<ModelRequest> _requests = new();
    private ModelAnswer _default = DefaultText;
    private long _numbers;
    private int _kept;

    /// <summary>How many requests are kept in <see cref="Requests"/>; beyond, the oldest are let go. 0 keeps none. Default: 10,000.</summary>
    public int MaxRecordedRequests { get; set; } = 10_000;

    /// <summary>Numbers in an embedding where the call does not ask for dimensions. Default: 1536.</summary>
    public int EmbeddingDimensions { get; set; } = 1536;

    /// <summary>The clock of <see cref="ModelAnswer.Delay"/>. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>What was asked so far, oldest first; each says by <see cref="ModelRequest.Site"/> which step asked. A copy.</summary>
    public IReadOnlyList<ModelRequest> Requests => [.. _requests];

    /// <summary>Adds a rule after those there are.</summary>
    /// <param name="matches">Which requests it answers. Called for many requests at once.</param>
    /// <returns>The rule, to be given its answer.</returns>
    public ModelRule When(Func<ModelRequest, bool> matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        return _rules.Add(new ModelRule(matches));
    }

    /// <summary>Adds a rule, after those there are, for what one step asks.</summary>
    /// <param name="step">The step's name; one of a sub-workflow is <c>Parent/Child</c>.</param>
    /// <returns>The rule, to be given its answer.</returns>
    public ModelRule ForStep(string step)
    {
        ArgumentException.ThrowIfNullOrEmpty(step);
        return When(request => request.Step == step);
    }

    /// <summary>Adds a rule, after those there are, for what one profile pays.</summary>
    /// <param name="profile">The profile's name.</param>
    /// <returns>The rule, to be given its answer.</returns>
    public ModelRule ForProfile(string profile)
    {
        ArgumentException.ThrowIfNullOrEmpty(profile);
        return When(request => request.Site?.Profile == profile);
    }

    /// <summary>Adds answers, after the rules there are, that are given in this order, each once.</summary>
    /// <param name="answers">The answers; a string is a text, a <see cref="ModelServerFault"/> a failure.</param>
    /// <returns>The rule.</returns>
    public ModelRule Script(params ModelAnswer[] answers) => When(static _ => true).Script(answers);

    /// <summary>Makes the next requests fail, before any rule is asked.</summary>
    /// <param name="fault">How.</param>
    /// <param name="times">How many requests.</param>
    /// <returns>The rule.</returns>
    public ModelRule FailNext(ModelServerFault fault, int times = 1) => _rules.AddFirst(new ModelRule(static _ => true).Times(times).Fail(fault));

    /// <summary>The answer to chat requests that no rule matches. Where such a request asks for JSON, a text that is no JSON object gives way to a value valid for the schema.</summary>
    /// <param name="answer">The answer; a string is a text.</param>
    /// <returns>This.</returns>
    public ScriptedModels Answer(ModelAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        Volatile.Write(ref _default, answer);
        return this;
    }

    /// <summary>Drops all rules. The default answer stays.</summary>
    public void ClearRules() => _rules.Clear();

    /// <summary>Forgets the requests that were kept.</summary>
    public void ClearRequests()
    {
        while (_requests.TryDequeue(out _))
            Interlocked.Decrement(ref _kept);
    }

    /// <summary>A chat client outside of any run, for unit tests of prompts and steps: <c>new SupportReply(orders).Classify(ticket, models.ChatClient(), ct)</c>.</summary>
    /// <param name="run">The run that the client says it belongs to, for prompts that ask for <c>{{run.Tenant}}</c>.</param>
    /// <returns>A client that answers as this says.</returns>
    public IChatClient ChatClient(RunContext? run = null) => new ScriptedChatClient(this, "scripted", run);

    /// <summary>An embedding generator outside of any run, for unit tests of steps.</summary>
    /// <returns>A generator that answers as this says.</returns>
    public IEmbeddingGenerator<string, Embedding<float>> EmbeddingGenerator() => new ScriptedEmbeddingGenerator(this, "scripted");

    internal ModelRule Add(ModelRule rule) => _rules.Add(rule);

    internal long NextNumber() => Interlocked.Increment(ref _numbers);

    /// <summary>Keeps a request and finds its answer; for embeddings null, where no rule has one. A fault is an answer here.</summary>
    internal async Task<ModelAnswer?> FindAsync(ModelRequest request, CancellationToken cancellationToken)
    {
        Keep(request);
        cancellationToken.ThrowIfCancellationRequested();
        var answer = Find(request);
        if (answer is null)
            return null;
        if (answer.Upstream is not null)
            throw new ModelCallException(WorkflowErrorCodes.RequestRefused, "A rule of the script forwards to a real endpoint. Scripted models never reach out: use a ModelServer for that.");
        if (answer.Delay > TimeSpan.Zero)
            await Task.Delay(answer.Delay, TimeProvider, cancellationToken).ConfigureAwait(false);
        if (answer.Gate is { } gate && (answer.GateAfterChunks == 0 || !request.IsStreaming))
            await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer;
    }

    private ModelAnswer? Find(ModelRequest request)
    {
        try
        {
            return _rules.Answer(request) ?? (request.Operation == ModelOperation.Chat ? AnswerWithoutRule.For(request, Volatile.Read(ref _default)) : null);
        }
        catch (UnsatisfiableSchemaException error)
        {
            throw new ModelCallException(WorkflowErrorCodes.RequestRefused, error.Message);
        }
        catch (Exception error)
        {
            throw new ModelCallException(WorkflowErrorCodes.ProviderFailed, $"A rule of the script threw {error.GetType().Name}: {error.Message}");
        }
    }

    private void Keep(ModelRequest request)
    {
        _requests.Enqueue(request);
        if (Interlocked.Increment(ref _kept) > MaxRecordedRequests && _requests.TryDequeue(out _))
            Interlocked.Decrement(ref _kept);
    }
}
