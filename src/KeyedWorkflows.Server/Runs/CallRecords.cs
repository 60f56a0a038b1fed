using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Storage;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Server;

/// <summary>What the history keeps of a model call: whose it was, who paid, what it used, and, as far as the host wants that, what was said.</summary>
internal static class CallRecords
{
    /// <summary>What is noted of a call before it is made.</summary>
    public static JournalCall NoteOf(in ModelCallStart call, RunPlan plan) => JournalCall.Of(call, OwnerOf(plan));

    /// <param name="call">The call.</param>
    /// <param name="number">Its number in the run.</param>
    /// <param name="plan">The run.</param>
    /// <param name="capture">How much is kept of what was said.</param>
    public static RunModelCall Of(ModelCallRecord call, int number, RunPlan plan, CaptureLevel capture) => RunModelCall.Of(call, number, OwnerOf(plan)) with
    {
        PromptHash = call.Messages is { } asked ? HashOf(asked) : null,
        Messages = capture == CaptureLevel.Full && call.Messages is { } messages ? Json(messages.ToArray()) : null,
        Answer = capture == CaptureLevel.Full && call.Answer is { } answer ? Json(answer.Messages.ToArray()) : null,
    };

    private static CallOwner OwnerOf(RunPlan plan) => new(plan.Id, plan.Workflow.Name, plan.Caller.Token.Id, plan.Options.EndUser, plan.Caller.Token.PinnedTenant ?? plan.Options.Tenant);

    private static string HashOf(IReadOnlyList<ChatMessage> messages)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var message in messages)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{message.Role.Value}\n{message.Text}\0"));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[]? Json(ChatMessage[] messages)
    {
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(messages, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatMessage[])));
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
        {
            return null;
        }
    }
}
