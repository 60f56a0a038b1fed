using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>Notes one request to a provider from its beginning to its end, and hands it over once. There is one only where the run has a listener, or the host measures what payers use. A request is made and read by one flow of execution; that which ends it may be another.</summary>
internal sealed class CallRecording
{
    private readonly StepAccount account;
    private readonly SlotBinding binding;
    private readonly StoredProfile? payer;
    private readonly ClientKind kind;
    private readonly string model;
    private readonly IRunListener? listener;
    private readonly WorkflowTelemetry? telemetry;
    private readonly DateTimeOffset startedAt;
    private readonly long started;
    private IReadOnlyList<ChatMessage>? messages;
    private List<ChatResponseUpdate>? updates;
    private UsageDetails? usage;
    private ChatResponse? answer;
    private string? providerRequestId;
    private string? errorCode;
    private string? modelAnswered;
    private string? finishReason;
    private string? responseId;
    private int isOver;

    private CallRecording(StepAccount account, SlotBinding binding, StoredProfile? payer, ClientKind kind, string model, IRunListener? listener, WorkflowTelemetry? telemetry)
    {
        this.account = account;
        this.binding = binding;
        this.payer = payer;
        this.kind = kind;
        this.model = model;
        this.listener = listener;
        this.telemetry = telemetry;
        startedAt = account.Run.Host.Time.GetUtcNow();
        started = account.Run.Host.Time.GetTimestamp();
    }

    /// <summary>Begins, where somebody listens.</summary>
    /// <param name="account">The step's attempt: it has counted the request.</param>
    /// <param name="binding">Who pays.</param>
    /// <param name="payer">The payer in the revision that the request uses; null for a key that was given for the run.</param>
    /// <param name="kind">What is asked for.</param>
    /// <param name="model">The provider's own name of the model.</param>
    public static CallRecording? Begin(StepAccount account, SlotBinding binding, StoredProfile? payer, ClientKind kind, string model)
    {
        var telemetry = account.Run.Host.Telemetry is { HearsCalls: true } heard ? heard : null;
        var listener = account.Run.Listener is { HearsModelCalls: true } hearing ? hearing : null;
        return listener is null && telemetry is null ? null : new(account, binding, payer, kind, model, listener, telemetry);
    }

    /// <summary>Notes what is sent, where the listener wants to know.</summary>
    public void Sends(IEnumerable<ChatMessage> asked)
    {
        if (listener is not { WantsContent: true })
            return;

        // A copy: a loop of tools, or the author, adds to the list for the next request.
        messages = [.. asked];
        updates = [];
    }

    /// <summary>Notes a piece of a stream.</summary>
    public void Note(ChatResponseUpdate update)
    {
        updates?.Add(update);
        ModelStreams.AddUsage(ref usage, update);
        modelAnswered = update.ModelId ?? modelAnswered;
        finishReason = update.FinishReason?.Value ?? finishReason;
        responseId = update.ResponseId ?? responseId;
    }

    /// <summary>Ends with a whole answer.</summary>
    public void End(ChatResponse response)
    {
        usage = response.Usage;
        answer = updates is null ? null : response;
        modelAnswered = response.ModelId;
        finishReason = response.FinishReason?.Value;
        responseId = response.ResponseId;
        End();
    }

    /// <summary>Ends with vectors.</summary>
    public void End(GeneratedEmbeddings<Embedding<float>> embeddings)
    {
        usage = embeddings.Usage;
        modelAnswered = embeddings is [var first, ..] ? first.ModelId : null;
        End();
    }

    /// <summary>Ends with a failure.</summary>
    /// <param name="error">What it is to the step: what the provider threw was cleaned.</param>
    public void Fail(Exception error)
    {
        providerRequestId = (error as ModelCallException)?.ProviderRequestId;
        Fail((error as ModelCallException)?.Code ?? WorkflowErrorCodes.Stopped);
    }

    /// <summary>Ends with a failure.</summary>
    /// <param name="code">One of <see cref="WorkflowErrorCodes"/>.</param>
    public void Fail(string code)
    {
        errorCode = code;
        End();
    }

    /// <summary>Ends. Only the first of several ends counts: a stream that failed is let go, too.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref isOver, 1) != 0)
            return;
        var used = RunLedger.Of(usage) with { Calls = 1 };
        var duration = account.Run.Host.Time.GetElapsedTime(started);
        telemetry?.CallEnded(account, binding, kind, model, used, duration, errorCode);
        if (listener is not null)
            Tell(listener, used, duration);
    }

    private void Tell(IRunListener listener, in RunUsage used, TimeSpan duration)
    {
        var secrets = new SecretScrubber(payer, binding.Inline);
        if (answer is null && updates is { Count: > 0 })
            answer = updates.ToChatResponse();
        listener.OnModelCall(new()
        {
            Step = account.StepPath,
            Element = account.Element,
            Attempt = account.Attempt,
            Binding = binding,
            Kind = kind,
            Model = Clean(model)!,
            ModelAnswered = Clean(modelAnswered),
            Usage = used,
            FinishReason = Clean(finishReason),
            ResponseId = Clean(responseId),
            ProviderRequestId = providerRequestId,
            ErrorCode = errorCode,
            StartedAt = startedAt,
            Duration = duration,
            Messages = messages,
            Answer = answer,
        });

        // A provider may answer with whatever it was sent.
        string? Clean(string? said) => said is null ? null : secrets.Scrub(said);
    }
}
