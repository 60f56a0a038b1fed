using System.Text;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Runtime;

/// <summary>Reads a model's answer: its text, and why it ended.</summary>
internal static class PromptAnswer
{
    /// <summary>The text after the last call of a tool: what the model said on the way there is no part of the answer.</summary>
    public static string Of(ChatResponse response)
    {
        Check(response.FinishReason, response.Messages is [.., var last] ? last.Contents : []);
        var first = response.Messages.Count;
        while (first > 0 && response.Messages[first - 1].Role != ChatRole.Tool)
            first--;
        if (first == response.Messages.Count - 1)
            return response.Messages[first].Text;
        var text = new StringBuilder();
        for (var index = first; index < response.Messages.Count; index++)
            text.Append(response.Messages[index].Text);
        return text.ToString();
    }

    public static void Check(ChatFinishReason? reason, IList<AIContent> contents)
    {
        if (reason == ChatFinishReason.Length)
            throw new ModelCallException(WorkflowErrorCodes.OutputTruncated, "The model's answer was cut off at its length limit. Raise MaxOutputTokens, or ask for less.");
        if (reason == ChatFinishReason.ContentFilter)
            throw new ModelCallException(WorkflowErrorCodes.ContentFiltered, "The provider's content filter stopped the answer.");
        foreach (var content in contents)
        {
            if (content is ErrorContent { ErrorCode: "Refusal" })
                throw new ModelCallException(WorkflowErrorCodes.ContentFiltered, "The model refused to answer.");
        }
    }
}
