using System.Globalization;
using System.Text;

namespace KeyedWorkflows.Testing;

/// <summary>A workflow did not keep its runs apart, or the proof did not come about. The message lists what was seen; it holds no key.</summary>
public sealed class WorkflowIsolationException : Exception
{
    private const int MostListed = 20;

    internal WorkflowIsolationException(IsolationResult result)
        : base(Describe(result)) => Result = result;

    /// <summary>What was seen.</summary>
    public IsolationResult Result { get; }

    private static string Describe(IsolationResult result)
    {
        StringBuilder text = new();
        if (result.LeakCount > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"The workflow '{result.Workflow}' does not keep its runs apart: {result.LeakCount} leaks in {result.Requests} requests of {result.Runs} runs.\n");
            foreach (var (kind, count) in result.LeakCounts)
                text.Append(CultureInfo.InvariantCulture, $"  {count} {kind}: {AdviceFor(kind)}\n");
            foreach (var leak in result.Leaks.Take(MostListed))
                text.Append("  - ").Append(leak.What).Append('\n');
            if (result.LeakCount > MostListed)
                text.Append(CultureInfo.InvariantCulture, $"  - and {result.LeakCount - MostListed} more.\n");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"Nothing was proved about the workflow '{result.Workflow}': of {result.Runs} runs {result.Succeeded} succeeded, and {result.Requests} requests arrived at the model server.\n");
        }
        if (result.Failures.Count > 0)
            text.Append("Failed runs: ").AppendJoin(", ", result.Failures.Select(static failure => string.Create(CultureInfo.InvariantCulture, $"{failure.Value} {failure.Key}"))).Append(". One of them: ").Append(result.FirstFailure).Append('\n');
        return text.ToString().TrimEnd();
    }

    private static string AdviceFor(IsolationLeakKind kind) => kind switch
    {
        IsolationLeakKind.ForeignKey => "a model client of one run was used by another. Keep no client in a field, a static or a shared service; take it as a parameter of the step.",
        IsolationLeakKind.UnknownKey => "the workflow brought a key of its own. Take model clients as parameters of steps.",
        IsolationLeakKind.ReplacedKey => "a client was kept beyond its profile's revision. Keep none; the runtime has a cache that follows rotations.",
        IsolationLeakKind.ForeignText => "text of one client's run was sent under another's key. Look for statics and shared services that hold inputs or answers.",
        IsolationLeakKind.ForeignOutput => "one client's run yielded another's text. Look for caches that are not partitioned by profile and tenant.",
        IsolationLeakKind.KeptClient => "a model client outlived its step, or was used outside of its run: it was refused, so nobody paid for another. Take it as a parameter of the step that uses it, keep it nowhere, and use it on the step's own flow of execution.",
        _ => "calls came from outside of any run. Make them within the step, on its own flow of execution.",
    };
}
