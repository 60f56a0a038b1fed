using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Analyzers.Secrets;

/// <summary>Tells the clients of model providers by their names, so that no provider's package is needed to know them.</summary>
internal static class ProviderTypes
{
    private static readonly Dictionary<string, string[]> Spaces = new(StringComparer.Ordinal)
    {
        ["OpenAIClient"] = ["OpenAI", "Azure.AI.OpenAI"],
        ["AzureOpenAIClient"] = ["Azure.AI.OpenAI"],
        ["ChatClient"] = ["OpenAI.Chat"],
        ["EmbeddingClient"] = ["OpenAI.Embeddings"],
        ["ResponsesClient"] = ["OpenAI.Responses"],
        ["OpenAIResponseClient"] = ["OpenAI.Responses"],
        ["AssistantClient"] = ["OpenAI.Assistants"],
        ["ImageClient"] = ["OpenAI.Images"],
        ["AudioClient"] = ["OpenAI.Audio"],
        ["AnthropicClient"] = ["Anthropic", "Anthropic.SDK"],
        ["OllamaApiClient"] = ["OllamaSharp"],
        ["OllamaChatClient"] = ["Microsoft.Extensions.AI"],
        ["ChatCompletionsClient"] = ["Azure.AI.Inference"],
        ["EmbeddingsClient"] = ["Azure.AI.Inference"],
        ["MistralClient"] = ["Mistral.SDK"],
        ["AmazonBedrockRuntimeClient"] = ["Amazon.BedrockRuntime"],
        ["Client"] = ["Google.GenAI"],
        ["GoogleAi"] = ["GenerativeAI"],
        ["GenerativeModel"] = ["GenerativeAI"],
        ["PersistentAgentsClient"] = ["Azure.AI.Agents.Persistent"],
    };

    /// <summary>Whether a type is such a client.</summary>
    public static bool IsClient(ITypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (!Spaces.TryGetValue(type.Name, out var spaces))
                continue;
            foreach (var space in spaces)
            {
                if (type.Is(space + "." + type.Name))
                    return true;
            }
        }
        return false;
    }
}
