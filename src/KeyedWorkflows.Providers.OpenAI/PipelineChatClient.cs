using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;

namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>OpenAI's chat client on a pipeline of ours: its own would add its retries, its logging and a description of this machine.</summary>
internal sealed class PipelineChatClient(ClientPipeline pipeline, string model, OpenAIClientOptions options) : ChatClient(pipeline, model, options);
