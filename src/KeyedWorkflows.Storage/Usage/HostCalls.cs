using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using KeyedWorkflows.Runtime;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage;

/// <summary>Books the model calls of runs that the host starts in its own process: of such a run the store keeps what its calls used, and nothing else. Safe for use from several threads.</summary>
internal sealed partial class HostCalls(HistoryWriter writer, CallJournals journals, PriceTable prices, ILogger<HostCalls> logger) : ICallBooks
{
    /// <summary>What stands in the place of a token's id.</summary>
    public const string Caller = "host";

    private readonly ConditionalWeakTable<WorkflowRun, StrongBox<int>> counts = [];

    /// <summary>The number under which the calls of such a run are kept: below those of all runs that have a record, and made of the id's random bits, so that it is the same whoever asks.</summary>
    public static long NumberOf(string runId)
    {
        const int Digits = 16;
        var bits = runId.Length >= Digits && ulong.TryParse(runId.AsSpan(runId.Length - Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var random)
            ? random
            : BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(runId)));
        return -1 - (long)(bits & long.MaxValue);
    }

    public int Begin(WorkflowRun run, in ModelCallStart call) => journals.Begin(new()
    {
        RunId = run.RunId,
        Workflow = run.Workflow,
        TokenId = Caller,
        EndUser = run.EndUser,
        Step = call.Step,
        Element = call.Element,
        Attempt = call.Attempt,
        Slot = call.Binding.Slot,
        ProfileId = call.Binding.ProfileId,
        ProfileName = call.Binding.ProfileName,
        Tenant = call.Binding.Tenant ?? run.Tenant,
        Provider = call.Binding.Provider,
        Model = call.Model,
        Usage = call.Estimate,
        IsEstimated = true,
        StartedAt = call.StartedAt,
        Duration = TimeSpan.Zero,
    });

    public void End(WorkflowRun run, ModelCallRecord call)
    {
        try
        {
            var number = Interlocked.Increment(ref counts.GetValue(run, static _ => new()).Value) - 1;
            var record = RecordOf(run, call, number);
            journals.End(record);
            writer.Post(new BookedCall(record, run.RunId, writer.Accounts, journals));
        }
        catch (WorkflowRunException error)
        {
            // The host stops. What the journal has is booked when it starts.
            LogUnbooked(error.Code);
        }
    }

    private RunModelCall RecordOf(WorkflowRun run, ModelCallRecord call, int number)
    {
        var record = new RunModelCall
        {
            Ticket = call.Ticket,
            Number = number,
            Step = call.Step,
            Element = call.Element,
            Attempt = call.Attempt,
            Slot = call.Binding.Slot,
            ProfileId = call.Binding.ProfileId,
            ProfileName = call.Binding.ProfileName,
            Tenant = call.Binding.Tenant ?? run.Tenant,
            Workflow = run.Workflow,
            TokenId = Caller,
            EndUser = run.EndUser,
            Provider = call.Binding.Provider,
            ModelAsked = call.Model,
            ModelAnswered = call.ModelAnswered,
            InputTokens = call.Usage.InputTokens,
            OutputTokens = call.Usage.OutputTokens,
            CachedInputTokens = call.Usage.CachedInputTokens,
            ReasoningTokens = call.Usage.ReasoningTokens,
            IsEstimated = call.IsEstimated,
            FinishReason = call.FinishReason,
            ProviderRequestId = call.ProviderRequestId ?? call.ResponseId,
            ErrorCode = call.ErrorCode,
            StartedAt = call.StartedAt,
            Duration = call.Duration,
        };
        return record with { Price = prices.Of(record) };
    }

    [LoggerMessage(EventId = 52, Level = LogLevel.Warning, Message = "A model call that ended while the host stops is not booked yet ({Code}).")]
    private partial void LogUnbooked(string code);

    /// <summary>One call, to be written with whatever else there is.</summary>
    private sealed class BookedCall(RunModelCall call, string runId, BudgetAccounts accounts, CallJournals journals) : HistoryCommand
    {
        public override void Run(IHistorySession session)
        {
            HistoryStatements.InsertCall(session, NumberOf(runId), runId, call);
            accounts.Book(call);
        }

        protected override void OnWritten() => journals.Free(call.Ticket);

        protected override void OnFailed(WorkflowRunException error)
        {
            // Its ticket stays: it is booked when a process starts.
        }
    }
}
