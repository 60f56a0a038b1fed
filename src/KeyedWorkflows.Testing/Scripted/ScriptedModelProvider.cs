using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Testing;

/// <summary>The family of scripted profiles. Under its own name it fits any slot; a test host also puts it in the place of the families that a workflow's slots name.</summary>
internal sealed class ScriptedModelProvider(string name, bool isScripted, ScriptedModels models) : IModelProvider
{
    /// <summary>The family's own name.</summary>
    public const string OwnName = "scripted";

    public string Name => name;

    public bool IsScripted => isScripted;

    public IChatClient CreateChatClient(ModelClientContext context) => new ScriptedChatClient(models, context.Model, null);

    public IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(ModelClientContext context) => new ScriptedEmbeddingGenerator(models, context.Model);
}
