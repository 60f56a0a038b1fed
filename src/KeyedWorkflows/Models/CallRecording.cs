using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>Notes one request to a provider from its beginning to its end, and hands it over once. There is one only where the run has a listener, the host measures or books what payers use, or somebody has limits. A request is made and read by one flow of execution; that which ends it may be another.</summary>
internal sealed class CallRecording
{
    private readonly StepAccount account;
    private readonly SlotBinding binding;
    private readonly StoredProfile? payer;
    private readonly ClientKind kind;
    private readonly string model;
    private readonly IRunListener? listener;
    private readonly ICallBooks? books;
    private readonly WorkflowTelemetry? telemetry;
    private readonly CallReservation? reservation;
    private readonly DateTimeOffset startedAt;
    private readonly long started;
    private IReadOnlyList<ChatMessage>? asked;
    private string? instructions;
    private IReadOnlyList<string>? embedded;
    private IReadOnlyList<ChatMessage>? messages;
    private List<ChatResponseUpdate>? updates;
    private UsageDetails? usage;
    private ChatResponse? answer;
    private string? providerRequestId;
    private string? errorCode;
    private string? modelAnswered;
    private string? finishReason;
    private string? responseId;
    private long received;
    private int ticket = ModelCallRecord.NoTicket;
    private bool isRefused, isCutOff;
    private int isOver;

    private CallRecording(StepAccount account, SlotBinding binding, StoredProfile? payer, ClientKind kind, string model, IRunListener? listener, ICallBooks? books, WorkflowTelemetry? telemetry, CallReservation? reservation)
    {
        this.account = account;
        this.binding = binding;
        this.payer = payer;
        this.kind = kind;
        this.model = model;
        this.listener = listener;
        this.books = books;
        this.telemetry = telemetry;
        this.reservation = reservation;
        startedAt = account.Run.Host.Time.GetUtcNow();
        started = account.Run.Host.Time.GetTimestamp();
    }

    /// <summary>Begins, where somebody listens.</summary>
    /// <param name="account">The step's attempt: it has counted the request.</param>
    /// <param name="binding">Who pays.</param>
    /// <param name="payer">The payer in the revision that the request uses; null for a key that was given for the run.</param>
    /// <param name="kind">What is asked for.</param>
    /// <param name="model">The provider's own name of the model.</param>
    /// <param name="reservation">What the request holds back of its limits; null where it has none.</param>
    public static CallRecording? Begin(StepAccount account, SlotBinding binding, StoredProfile? payer, ClientKind kind, string model, CallReservation? reservation)
    {
        var telemetry = account.Run.Host.Telemetry is { HearsCalls: true } heard ? heard : null;
        var listener = account.Run.Listener is { HearsModelCalls: true } hearing ? hearing : null;
        var books = listener is null ? account.Run.Host.Books : null;
        return listener is null && books is null && telemetry is null && reservation is null ? null : new(account, binding, payer, kind, model, listener, books, telemetry, reservation);
    }

    /// <summary>Notes what is sent.</summary>
    public void Sends(IReadOnlyList<ChatMessage> asked, ChatOptions? options)
    {
        this.asked = asked;
        instructions = options?.Instructions;
        Note();
        if (listener is not { WantsContent: true })
            return;

        // A copy: a loop of tools, or the author, adds to the list for the next request.
        messages = [.. asked];
        updates = [];
    }

    /// <summary>Notes the texts that vectors are asked for.</summary>
    public void Sends(IReadOnlyList<string> values)
    {
        embedded = values;
        Note();
    }

    /// <summary>Notes a piece of a stream.</summary>
    public void Note(ChatResponseUpdate update)
    {
        updates?.Add(update);
        received += TokenEstimate.Of(update.Contents);
        ModelStreams.NoteUsage(ref usage, update);
        modelAnswered = update.ModelId ?? modelAnswered;
        finishReason = update.FinishReason?.Value ?? finishReason;
        responseId = update.ResponseId ?? responseId;
    }

    /// <summary>Ends with a whole answer.</summary>
    public void End(ChatResponse response)
    {
        usage = response.Usage;
        if (RunLedger.Of(usage).TotalTokens == 0)
            received = response.Messages.Sum(static message => TokenEstimate.Of(message.Contents));
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
        isRefused = received == 0 && error is ModelCallException { StatusCode: >= 400 }
            or ModelCallException { Code: WorkflowErrorCodes.Unauthorized or WorkflowErrorCodes.RateLimited or WorkflowErrorCodes.QuotaExceeded or WorkflowErrorCodes.ModelNotFound };
        errorCode = (error as ModelCallException)?.Code ?? WorkflowErrorCodes.Stopped;
        isCutOff = error is OperationCanceledException or ModelCallException
        {
            IsUnsent: false, Code: WorkflowErrorCodes.ConnectionFailed or WorkflowErrorCodes.ProviderTimedOut or WorkflowErrorCodes.TimeLimitReached or WorkflowErrorCodes.Stopped,
        };
        End();
    }

    /// <summary>Ends because nobody waits any longer.</summary>
    /// <param name="code">One of <see cref="WorkflowErrorCodes"/>; null where a stream was let go before its end.</param>
    public void Leave(string? code)
    {
        errorCode = code;
        isCutOff = true;
        End();
    }

    /// <summary>Ends. Only the first of several ends counts: a stream that failed is let go, too.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref isOver, 1) != 0)
            return;
        var reported = RunLedger.Of(usage);
        var isAbsurd = RunLedger.IsAbsurd(usage);
        var isEstimated = isAbsurd || (!isRefused && reported.TotalTokens == 0);
        var isUnknown = isAbsurd || (isCutOff && !isRefused && received == 0 && (asked is not null || embedded is not null));
        var used = (isEstimated ? isUnknown && reservation is not null ? reservation.Size.Usage : Estimate() : reported) with { Calls = 1 };
        var duration = account.Run.Host.Time.GetElapsedTime(started);
        reservation?.Settle(used, modelAnswered, startedAt + duration);
        telemetry?.CallEnded(account, binding, kind, model, reported with { Calls = 1 }, duration, errorCode);
        if (listener is not null)
            listener.OnModelCall(RecordOf(used, isEstimated, duration));
        else
            books?.End(account.Run.Root, RecordOf(used, isEstimated, duration));
    }

    /// <summary>
    /// What a request used whose provider does not say: what was sent and what came, of an answer without usage and of a stream that was left or cut off. Of what was sent, and cut off before anything came, nobody knows: with limits, it counts as
    /// all that it held back, or whoever cuts calls off would spend without end. An error of the provider's own, before it answered, used nothing.
    /// </summary>
    private RunUsage Estimate() => new(0, asked is not null ? TokenEstimate.OfMessages(asked, instructions) : TokenEstimate.OfTexts(embedded ?? []), received);

    private void Note()
    {
        if (listener is null && books is null)
            return;
        ModelCallStart start = new(account.StepPath, account.Element, account.Attempt, binding, model, reservation?.Size.Usage ?? Estimate() with { Calls = 1 }, startedAt);
        ticket = listener?.OnModelCallStarting(start) ?? books!.Begin(account.Run.Root, start);
    }

    private ModelCallRecord RecordOf(in RunUsage used, bool isEstimated, TimeSpan duration)
    {
        var secrets = new SecretScrubber(payer, binding.Inline);
        if (answer is null && updates is { Count: > 0 })
            answer = updates.ToChatResponse();
        return new()
        {
            Ticket = ticket,
            Step = account.StepPath,
            Element = account.Element,
            Attempt = account.Attempt,
            Binding = binding,
            Kind = kind,
            Model = Clean(model)!,
            ModelAnswered = Clean(modelAnswered),
            Usage = used,
            IsEstimated = isEstimated,
            FinishReason = Clean(finishReason),
            ResponseId = Clean(responseId),
            ProviderRequestId = providerRequestId,
            ErrorCode = errorCode,
            StartedAt = startedAt,
            Duration = duration,
            Messages = messages,
            Answer = answer,
        };

        // A provider may answer with whatever it was sent.
        string? Clean(string? said) => said is null ? null : secrets.Scrub(said);
    }
}
