using System.ComponentModel;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Runtime;

/// <summary>One attempt of a managed step: its model clients and its token. Clients that it opened stop working when the attempt ends.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class StepScope
{
    internal StepScope(StepAccount account) => Account = account;

    /// <summary>The run.</summary>
    public WorkflowRun Run => Account.Run;

    /// <summary>Ends with the run, the step's time-out and a sibling's failure.</summary>
    public CancellationToken CancellationToken => Account.Token;

    /// <summary>The attempt, from 1.</summary>
    public int Attempt => Account.Attempt;

    internal StepAccount Account { get; }

    /// <summary>Opens the chat client of a slot.</summary>
    /// <param name="slot">The slot's number.</param>
    /// <param name="model">The model that <see cref="SlotAttribute.Model"/> names at the parameter.</param>
    /// <param name="fallbackModel">The model that <see cref="SlotAttribute.FallbackModel"/> names at the parameter.</param>
    /// <param name="toolValues">What the emitted tools of the prompt need of the run.</param>
    /// <returns>A client that pays by the run's binding, and stops working when the attempt ends.</returns>
    public IChatClient ChatClient(int slot, string? model = null, string? fallbackModel = null, object? toolValues = null) =>
        Run.Host.Clients.OpenChat(Run.BindingOf(slot), Run.Definition.SlotAt(slot), Account, model, fallbackModel, toolValues);

    /// <summary>Opens the embedding generator of a slot.</summary>
    /// <param name="slot">The slot's number.</param>
    /// <param name="model">The model that <see cref="SlotAttribute.Model"/> names at the parameter.</param>
    /// <returns>A generator that pays by the run's binding, and stops working when the attempt ends.</returns>
    public IEmbeddingGenerator<string, Embedding<float>> EmbeddingGenerator(int slot, string? model = null) =>
        Run.Host.Clients.OpenEmbeddings(Run.BindingOf(slot), Run.Definition.SlotAt(slot), Account, model);
}
