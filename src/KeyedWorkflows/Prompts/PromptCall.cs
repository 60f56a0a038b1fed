using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Runtime;

/// <summary>What the emitted bodies of prompts call. It uses only the client that it is given, so that a fake one works in a unit test.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class PromptCall
{
    /// <summary>Asks the model for text.</summary>
    /// <param name="chat">The client.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options.</param>
    /// <param name="ct">Ends the call.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ModelCallException">The call failed, or its answer was cut off or filtered.</exception>
    public static async Task<string> TextAsync(IChatClient chat, List<ChatMessage> messages, PromptOptions options, CancellationToken ct)
    {
        var response = await ClientFor(chat, options).GetResponseAsync(messages, options, ct).ConfigureAwait(false);
        return PromptAnswer.Of(response);
    }

    /// <summary>Asks the model for an object: its JSON schema goes with the call.</summary>
    /// <typeparam name="T">The object's type.</typeparam>
    /// <param name="chat">The client.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options.</param>
    /// <param name="json">The metadata of the type.</param>
    /// <param name="ct">Ends the call.</param>
    /// <returns>The object.</returns>
    /// <exception cref="ModelCallException">The call failed, its answer was cut off or filtered, or is not of the type (<c>output_invalid</c>).</exception>
    public static async Task<T> ObjectAsync<T>(IChatClient chat, List<ChatMessage> messages, PromptOptions options, JsonSerializerOptions json, CancellationToken ct)
    {
        var shape = PromptShape<T>.Of(json);
        options.ResponseFormat ??= shape.Format;
        var response = await ClientFor(chat, options).GetResponseAsync(messages, options, ct).ConfigureAwait(false);
        return shape.Read(PromptAnswer.Of(response));
    }

    /// <summary>Asks the model for text, in pieces as it comes.</summary>
    /// <param name="chat">The client.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options.</param>
    /// <param name="ct">Ends the call.</param>
    /// <returns>The pieces.</returns>
    /// <exception cref="ModelCallException">The call failed, or its answer was cut off or filtered: then the pieces so far are void.</exception>
    public static async IAsyncEnumerable<string> StreamAsync(IChatClient chat, List<ChatMessage> messages, PromptOptions options, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var update in ClientFor(chat, options).GetStreamingResponseAsync(messages, options, ct).ConfigureAwait(false))
        {
            PromptAnswer.Check(update.FinishReason, update.Contents);
            if (update.Text is { Length: > 0 } piece)
                yield return piece;
        }
    }

    /// <summary>The run that a client is attributed to.</summary>
    /// <param name="chat">The client.</param>
    /// <returns>The run.</returns>
    /// <exception cref="InvalidOperationException">The client belongs to no run.</exception>
    public static RunContext RunOf(IChatClient chat) => chat.GetService(typeof(RunContext)) as RunContext
        ?? throw new InvalidOperationException("A placeholder of this prompt asks for {{run}}, and the client belongs to no run. In a unit test, use a client that answers GetService(typeof(RunContext)), or give the prompt a parameter of type RunContext.");

    /// <summary>What the run's tools need, as the executor gave it to the client.</summary>
    /// <typeparam name="T">The emitted type.</typeparam>
    /// <param name="chat">The client.</param>
    /// <returns>The values; null outside of a run.</returns>
    public static T? ToolValuesOf<T>(IChatClient chat)
        where T : class => chat.GetService(typeof(T)) as T;

    /// <summary>Puts messages of a conversation in. Only what users and models say: a system or tool message from outside would be obeyed like the author's own.</summary>
    /// <param name="messages">The prompt's messages.</param>
    /// <param name="history">The conversation.</param>
    /// <param name="allowSystem">Whether the author lets system and tool messages in.</param>
    /// <exception cref="ModelCallException">A message is of a role that is not allowed (<c>prompt_invalid</c>).</exception>
    public static void AddHistory(List<ChatMessage> messages, IEnumerable<ChatMessage> history, bool allowSystem)
    {
        foreach (var message in history ?? throw Refused("The conversation of the prompt is null."))
        {
            if (message is null)
                throw Refused("A message of the conversation is null.");
            if (!allowSystem && message.Role != ChatRole.User && message.Role != ChatRole.Assistant)
                throw Refused("A message of the conversation is of another role than user or assistant. Leave it out, or let the prompt take such (AllowSystemMessages).");
            if (!allowSystem && message.Contents.Any(static content => content is ToolCallContent or ToolResultContent or ToolApprovalRequestContent or ToolApprovalResponseContent))
                throw Refused("A message of the conversation carries a tool's call or result. Leave it out, or let the prompt take such (AllowSystemMessages).");

            // Only role, author and contents: what a provider's own object holds besides would be sent in their place.
            messages.Add(new(message.Role, message.Contents) { AuthorName = message.AuthorName });
        }
    }

    private static IChatClient ClientFor(IChatClient chat, PromptOptions options) => options.Tools is { Count: > 0 } ? ToolLoop.Around(chat, options.MaxToolRounds) : chat;

    private static ModelCallException Refused(string message) => new(WorkflowErrorCodes.PromptInvalid, message);
}
