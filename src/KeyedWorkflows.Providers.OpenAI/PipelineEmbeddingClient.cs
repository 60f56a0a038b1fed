using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Embeddings;

namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>OpenAI's embedding client on a pipeline of ours: its own would add its retries, its logging and a description of this machine.</summary>
internal sealed class PipelineEmbeddingClient(ClientPipeline pipeline, string model, OpenAIClientOptions options) : EmbeddingClient(pipeline, model, options);
