using System.ClientModel.Primitives;
using System.Reflection;
using Microsoft.Extensions.AI;
using OpenAI;

namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>The OpenAI family: OpenAI, endpoints that speak its protocol, and Azure OpenAI on its v1 endpoint. Stateless: all that a client knows comes with its context.</summary>
internal sealed class OpenAIModelProvider : IModelProvider
{
    private const int LongestUserAgentSuffix = 64;

    // No retries here: the runtime has one policy for them, and two would multiply.
    private static readonly ClientRetryPolicy NoRetries = new(maxRetries: 0);
    private static readonly ClientLoggingOptions NoLogging = new() { EnableLogging = false };
    private static readonly string Version = typeof(OpenAIModelProvider).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private readonly OpenAIEndpoint defaultEndpoint;
    private readonly string userAgent;
    private readonly TimeProvider clock;

    public OpenAIModelProvider(OpenAIOptions options, TimeProvider? clock = null)
    {
        if (options.UserAgentSuffix is { } suffix && (suffix.Length > LongestUserAgentSuffix || suffix.AsSpan().ContainsAnyExceptInRange(' ', '~')))
            throw new ArgumentException($"OpenAIOptions.UserAgentSuffix must be at most {LongestUserAgentSuffix} printable ASCII characters.", nameof(options));
        defaultEndpoint = DefaultEndpoint(options);
        userAgent = string.IsNullOrWhiteSpace(options.UserAgentSuffix) ? $"KeyedWorkflows/{Version}" : $"KeyedWorkflows/{Version} {options.UserAgentSuffix.Trim()}";
        this.clock = clock ?? TimeProvider.System;
    }

    public string Name => "openai";

    public IChatClient CreateChatClient(ModelClientContext context)
    {
        var (pipeline, options, endpoint, faults) = Prepare(context, isChat: true);
        return new KeyedChatClient(new PipelineChatClient(pipeline, context.Model, options).AsIChatClient(), faults, new ChatClientMetadata(NameOf(endpoint), endpoint.Uri, context.Model));
    }

    public IEmbeddingGenerator<string, Embedding<float>> CreateEmbeddingGenerator(ModelClientContext context)
    {
        var (pipeline, options, endpoint, _) = Prepare(context, isChat: false);
        return new KeyedEmbeddingGenerator(
            new PipelineEmbeddingClient(pipeline, context.Model, options), new EmbeddingGeneratorMetadata(NameOf(endpoint), endpoint.Uri, context.Model));
    }

    private (ClientPipeline Pipeline, OpenAIClientOptions Options, OpenAIEndpoint Endpoint, ProviderFaults Faults) Prepare(ModelClientContext context, bool isChat)
    {
        var endpoint = context.Endpoint is { } own ? OpenAIEndpoint.Of(own) : defaultEndpoint;
        var headers = new RequestHeaders(context, endpoint, userAgent);
        var faults = new ProviderFaults(headers, context.Model, clock);
        var options = new OpenAIClientOptions
        {
            Endpoint = endpoint.Uri,
            Transport = new HttpClientPipelineTransport(context.Transport.ClientFor(endpoint.Uri), enableLogging: false, loggerFactory: null),
            RetryPolicy = NoRetries,
            ClientLoggingOptions = NoLogging,

            // The runtime has one clock for a try, of an hour at most, and two would contradict each other. The library cannot read a stream without one.
            NetworkTimeout = TimeSpan.FromHours(2),
        };
        return (ClientPipeline.Create(options, [], [new RequestPolicy(headers, faults, isChat)], []), options, endpoint, faults);
    }

    private static OpenAIEndpoint DefaultEndpoint(OpenAIOptions options)
    {
        try
        {
            return OpenAIEndpoint.Of(options.Endpoint);
        }
        catch (ModelCallException refused)
        {
            throw new ArgumentException("OpenAIOptions.Endpoint: " + refused.Message, nameof(options));
        }
    }

    // The names of the OpenTelemetry conventions.
    private static string NameOf(OpenAIEndpoint endpoint) => endpoint.IsAzure ? "azure.ai.openai" : "openai";
}
