using Microsoft.Agents.AI.Workflows;

namespace KeyedWorkflows.Benchmarks.Chains;

/// <summary>The peer: the same three steps in Microsoft.Agents.AI.Workflows. No key, no scope; a run has an id.</summary>
public sealed class AgentFrameworkChain
{
    private readonly Workflow shared = Build(yielding: false);
    private readonly Workflow sharedYielding = Build(yielding: true);

    /// <summary>One instance for all runs. It serves one run at a time.</summary>
    public Task<ChainReply> RunSharedAsync(ChainRequest request) => RunAsync(shared, request);

    /// <summary>One instance for all runs, whose steps each give the thread up once.</summary>
    public Task<ChainReply> RunSharedYieldingAsync(ChainRequest request) => RunAsync(sharedYielding, request);

    /// <summary>An instance a run, which is what runs side by side need.</summary>
    public Task<ChainReply> RunRebuiltAsync(ChainRequest request) => RunAsync(Build(yielding: false), request);

    private static Workflow Build(bool yielding)
    {
        Func<ChainRequest, ValueTask<Cleaned>> cleanStep = yielding ? CleanLaterAsync : CleanAsync;
        Func<Cleaned, ValueTask<Scored>> scoreStep = yielding ? ScoreLaterAsync : ScoreAsync;
        Func<Scored, ValueTask<ChainReply>> finishStep = yielding ? FinishLaterAsync : FinishAsync;
        var clean = cleanStep.BindAsExecutor("clean");
        var score = scoreStep.BindAsExecutor("score");
        var finish = finishStep.BindAsExecutor("finish");
        return new WorkflowBuilder(clean).AddEdge(clean, score).AddEdge(score, finish).WithOutputFrom(finish).Build();
    }

    private static async Task<ChainReply> RunAsync(Workflow workflow, ChainRequest request)
    {
        await using var run = await InProcessExecution.RunAsync(workflow, request);
        foreach (var happened in run.NewEvents)
        {
            if (happened is WorkflowOutputEvent { Data: ChainReply reply })
                return reply;
        }

        throw new InvalidOperationException("The workflow ended without output.");
    }

    private static ValueTask<Cleaned> CleanAsync(ChainRequest request) => new(new Cleaned(request.Text));

    private static ValueTask<Scored> ScoreAsync(Cleaned cleaned) => new(new Scored(cleaned.Text, cleaned.Text.Length));

    private static ValueTask<ChainReply> FinishAsync(Scored scored) => new(new ChainReply(scored.Text, scored.Score));

    private static async ValueTask<Cleaned> CleanLaterAsync(ChainRequest request)
    {
        await Task.Yield();
        return new(request.Text);
    }

    private static async ValueTask<Scored> ScoreLaterAsync(Cleaned cleaned)
    {
        await Task.Yield();
        return new(cleaned.Text, cleaned.Text.Length);
    }

    private static async ValueTask<ChainReply> FinishLaterAsync(Scored scored)
    {
        await Task.Yield();
        return new(scored.Text, scored.Score);
    }
}
