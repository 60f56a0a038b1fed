using System.Text;
using Microsoft.Extensions.AI;
using OpenAI.Chat;

namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>
/// A refusal that comes in pieces. Microsoft.Extensions.AI gives it out at the end, but only where the stream held tool calls too; without them it is lost, and the answer looks empty.
/// </summary>
internal sealed class StreamedRefusal
{
    private StringBuilder? text;
    private ChatResponseUpdate? last;
    private bool wasGiven;

    public void Read(ChatResponseUpdate update)
    {
        if (update.RawRepresentation is StreamingChatCompletionUpdate { RefusalUpdate: { Length: > 0 } piece })
        {
            (text ??= new()).Append(piece);
            last = update;
        }
        wasGiven |= text is not null && update.Contents.Any(content => content is ErrorContent);
    }

    /// <summary>The refusal in the shape that an unstreamed answer has it, where it was not given out already.</summary>
    public ChatResponseUpdate? Left() =>
        text is null || wasGiven
            ? null
            : new ChatResponseUpdate(ChatRole.Assistant, [new ErrorContent(text.ToString()) { ErrorCode = "Refusal" }])
            {
                ResponseId = last?.ResponseId, MessageId = last?.MessageId, CreatedAt = last?.CreatedAt, ModelId = last?.ModelId,
            };
}
