using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Tests.Credentials;

/// <summary>A family of providers that builds whatever a test tells it to.</summary>
internal sealed class FakeProvider(string name, bool isScripted = false, Func<ModelClientContext, IChatClient>? chat = null) : IModelProvider
{
    public string Name => name;

    public bool IsScripted => isScripted;

    public IChatClient CreateChatClient(ModelClientContext context) => chat is null ? throw new NotSupportedException() : chat(context);

    public IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(ModelClientContext context) => throw new NotSupportedException();
}
