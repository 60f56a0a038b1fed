using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Testing;

/// <summary>A family of any name that speaks OpenAI's protocol to the model server of a proof. Whatever endpoint a credential names, nothing is sent elsewhere.</summary>
internal sealed class LoopbackFamily(string name, Uri endpoint) : IModelProvider
{
    private readonly IModelProvider _inner = WorkflowsBuilder.For(new ServiceCollection()).AddOpenAI().Services
        .Select(static service => service.ImplementationInstance).OfType<IModelProvider>().Single();

    public string Name => name;

    public IChatClient CreateChatClient(ModelClientContext context) => _inner.CreateChatClient(AtServer(context));

    public IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(ModelClientContext context) => _inner.CreateEmbeddingGenerator(AtServer(context));

    private ModelClientContext AtServer(ModelClientContext context) =>
        new() { Model = context.Model, ApiKey = context.ApiKey, Endpoint = endpoint, ProfileName = context.ProfileName, Transport = context.Transport };
}
