// What the files of the corpus name beyond the frameworks and packages that this project has: signatures only.
#nullable enable
#pragma warning disable
using System;
using System.ClientModel;
using System.Threading.Tasks;

namespace Azure
{
    public class AzureKeyCredential(string key) { public void Update(string key) { } }
    public class AzureSasCredential(string signature) { }
}

namespace Azure.AI.OpenAI
{
    public class AzureOpenAIClient
    {
        public AzureOpenAIClient(Uri endpoint, AzureKeyCredential credential) { }
        public AzureOpenAIClient(Uri endpoint, ApiKeyCredential credential) { }
    }
}

namespace Azure.AI.Inference
{
    public class ChatCompletionsClient(Uri endpoint, AzureKeyCredential credential) { }
}

namespace Azure.Search.Documents
{
    public class SearchClient(Uri endpoint, string indexName, AzureKeyCredential credential) { }
}

namespace Anthropic.SDK
{
    public class AnthropicClient(string apiKey) { }
}

namespace Mistral.SDK
{
    public class MistralClient(string apiKey) { }
}

namespace GenerativeAI
{
    public class GoogleAi(string apiKey) { }
}

namespace Pinecone
{
    public class PineconeClient(string apiKey) { }
}

namespace Microsoft.SemanticKernel
{
    public interface IKernelBuilder { Kernel Build(); }
    public class Kernel { public static IKernelBuilder CreateBuilder() => throw new NotSupportedException(); }
    public static class OpenAIServiceCollectionExtensions
    {
        public static IKernelBuilder AddOpenAIChatCompletion(this IKernelBuilder builder, string modelId, string apiKey, string? orgId = null) => builder;
        public static IKernelBuilder AddAzureOpenAIChatCompletion(this IKernelBuilder builder, string deploymentName, string endpoint, string apiKey) => builder;
    }
}

namespace Microsoft.Data.SqlClient
{
    public sealed class SqlConnection(string connectionString) : IDisposable { public string ConnectionString => connectionString; public void Dispose() { } }
}

namespace Xunit
{
    [AttributeUsage(AttributeTargets.Method)] public class FactAttribute : Attribute;
    [AttributeUsage(AttributeTargets.Method)] public class TheoryAttribute : FactAttribute;
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)] public class InlineDataAttribute(params object?[] data) : Attribute;
    public static class Assert
    {
        public static void Equal<T>(T expected, T actual) { }
        public static void NotEqual<T>(T expected, T actual) { }
        public static void NotNull(object? value) { }
        public static void True(bool condition) { }
    }
}

namespace Refit
{
    public class HeadersAttribute(params string[] headers) : Attribute;
    [AttributeUsage(AttributeTargets.All)] public class HeaderAttribute(string header) : Attribute;
    public class GetAttribute(string path) : Attribute;
    public class PostAttribute(string path) : Attribute;
}
