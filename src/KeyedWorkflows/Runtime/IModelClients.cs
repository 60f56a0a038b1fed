using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Runtime;

/// <summary>
/// Opens the model clients of a step. What it opens reports each request to the step's account (<see cref="StepAccount.BeforeCall"/> before every HTTP attempt, <see cref="StepAccount.AfterCall"/> with
/// the usage of each answer), answers <c>GetService(typeof(RunContext))</c> with the account's run and <c>GetService(toolValues.GetType())</c> with the tool values, throws
/// <see cref="ModelCallException"/> with <see cref="ModelCallException.Binding"/> set, and stops with the account's token even where a call passes none.
/// </summary>
internal interface IModelClients
{
    /// <summary>Opens a chat client.</summary>
    /// <param name="binding">The payer.</param>
    /// <param name="slot">The slot, with its models.</param>
    /// <param name="account">What the client reports to.</param>
    /// <param name="model">The model named at the parameter, if any. The order: the options' model of a call (a prompt puts parameter's and prompt's there), then this, then the slot's, then the profile's; last, the profile's map.</param>
    /// <param name="fallbackModel">The fallback named at the parameter, if any. The order: <see cref="PromptOptions.FallbackModel"/>, then this, then the slot's.</param>
    /// <param name="toolValues">What the emitted tools of the prompt need of the run.</param>
    IChatClient OpenChat(SlotBinding binding, SlotDefinition slot, StepAccount account, string? model, string? fallbackModel, object? toolValues);

    /// <summary>Opens an embedding generator.</summary>
    IEmbeddingGenerator<string, Embedding<float>> OpenEmbeddings(SlotBinding binding, SlotDefinition slot, StepAccount account, string? model);

    /// <summary>Reads payer and caller as they are now.</summary>
    /// <param name="binding">The payer, as the run was bound to it.</param>
    /// <param name="caller">The caller, as the run began with it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ModelCallException">The profile is gone, disabled, not granted any more or another; or its store failed.</exception>
    ValueTask<CallParties> ReadPartiesAsync(SlotBinding binding, RunCaller caller, CancellationToken cancellationToken);
}
