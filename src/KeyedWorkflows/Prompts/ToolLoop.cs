using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Runtime;

/// <summary>
/// Stands between a client and the loop of tool calls around it, and ends the loop after its rounds: the loop's own limit would take the tools away for the last call, and let the model make something up.
/// One for each prompt call.
/// </summary>
internal sealed class ToolLoop : DelegatingChatClient
{
    private static readonly ConditionalWeakTable<Exception, string> ThrownBy = [];

    private readonly int maxRounds;
    private int calls;

    private ToolLoop(IChatClient chat, int maxRounds)
        : base(chat) => this.maxRounds = maxRounds;

    /// <summary>A client that calls the tools of its options. It belongs to one call, and is not disposed: the client inside is the step's.</summary>
    public static IChatClient Around(IChatClient chat, int maxRounds) => new FunctionInvokingChatClient(new ToolLoop(chat, maxRounds))
    {
        // A failure is not for the model but for the step, the first and as it is.
        MaximumConsecutiveErrorsPerRequest = 0,
        MaximumIterationsPerRequest = int.MaxValue,
        FunctionInvoker = InvokeAsync,
    };

    /// <summary>The tool that an exception came from; null where it came from none.</summary>
    public static string? ToolThatThrew(Exception error) => ThrownBy.TryGetValue(error, out var tool) ? tool : null;

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var response = await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        if (calls++ >= maxRounds && response.Messages.Any(static message => AsksForTool(message.Contents)))
            throw TooMany();

        // A call of a tool that was cut off in the middle is none.
        PromptAnswer.Check(response.FinishReason, response.Messages is [.., var last] ? last.Contents : []);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var isLast = calls++ >= maxRounds;
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            if (isLast && AsksForTool(update.Contents))
                throw TooMany();
            yield return update;
        }
    }

    private static bool AsksForTool(IList<AIContent> contents)
    {
        foreach (var content in contents)
        {
            if (content is FunctionCallContent { InformationalOnly: false })
                return true;
        }
        return false;
    }

    private static async ValueTask<object?> InvokeAsync(FunctionInvocationContext call, CancellationToken cancellationToken)
    {
        try
        {
            return await call.Function.InvokeAsync(call.Arguments, cancellationToken).ConfigureAwait(false);
        }
        catch (ToolException told)
        {
            return told.Message;
        }
        catch (Exception error) when (error is not OperationCanceledException and not ModelCallException and not WorkflowRunException)
        {
            // The exception stays as the author threw it; which tool it came from is kept beside it, for as long as it lives.
            ThrownBy.AddOrUpdate(error, call.Function.Name);
            throw;
        }
    }

    private ModelCallException TooMany() => new(WorkflowErrorCodes.ToolRoundsReached, $"The model asked for tools again after {maxRounds} rounds (MaxToolRounds).");
}
