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

    public int Begin(WorkflowRun run, in ModelCallStart call) => journals.Begin(JournalCall.Of(call, OwnerOf(run)));

    public void End(WorkflowRun run, ModelCallRecord call)
    {
        try
        {
            var number = Interlocked.Increment(ref counts.GetValue(run, static _ => new()).Value) - 1;
            var record = RunModelCall.Of(call, number, OwnerOf(run));
            record = record with { Price = prices.Of(record) };
            journals.End(record);
            writer.Post(new BookedCall(record, run.RunId, writer.Accounts, journals));
        }
        catch (WorkflowRunException error)
        {
            // The host stops. What the journal has is booked when it starts.
            LogUnbooked(error.Code);
        }
    }

    private static CallOwner OwnerOf(WorkflowRun run) => new(run.RunId, run.Workflow, Caller, run.EndUser, run.Tenant);

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
