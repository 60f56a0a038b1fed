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
    public static JournalCall NoteOf(in ModelCallStart call, RunPlan plan) => new()
    {
        RunId = plan.Id,
        Workflow = plan.Workflow.Name,
        TokenId = plan.Caller.Token.Id,
        EndUser = plan.Options.EndUser,
        Step = call.Step,
        Element = call.Element,
        Attempt = call.Attempt,
        Slot = call.Binding.Slot,
        ProfileId = call.Binding.ProfileId,
        ProfileName = call.Binding.ProfileName,
        Tenant = TenantOf(call.Binding, plan),
        Provider = call.Binding.Provider,
        Model = call.Model,
        Usage = call.Estimate,
        IsEstimated = true,
        StartedAt = call.StartedAt,
        Duration = TimeSpan.Zero,
    };

    /// <param name="call">The call.</param>
    /// <param name="number">Its number in the run.</param>
    /// <param name="plan">The run.</param>
    /// <param name="capture">How much is kept of what was said.</param>
    public static RunModelCall Of(ModelCallRecord call, int number, RunPlan plan, CaptureLevel capture) => new()
    {
        Ticket = call.Ticket,
        Number = number,
        Step = call.Step,
        Element = call.Element,
        Attempt = call.Attempt,
        Slot = call.Binding.Slot,
        ProfileId = call.Binding.ProfileId,
        ProfileName = call.Binding.ProfileName,
        Tenant = TenantOf(call.Binding, plan),
        Workflow = plan.Workflow.Name,
        TokenId = plan.Caller.Token.Id,
        EndUser = plan.Options.EndUser,
        Provider = call.Binding.Provider,
        ModelAsked = call.Model,
        ModelAnswered = call.ModelAnswered,
        InputTokens = call.Usage.InputTokens,
        OutputTokens = call.Usage.OutputTokens,
        CachedInputTokens = call.Usage.CachedInputTokens,
        ReasoningTokens = call.Usage.ReasoningTokens,
        IsEstimated = call.IsEstimated,
        FinishReason = call.FinishReason,
        ProviderRequestId = call.ProviderRequestId ?? call.ResponseId,
        ErrorCode = call.ErrorCode,
        PromptHash = call.Messages is { } asked ? HashOf(asked) : null,
        Messages = capture == CaptureLevel.Full && call.Messages is { } messages ? Json(messages.ToArray()) : null,
        Answer = capture == CaptureLevel.Full && call.Answer is { } answer ? Json(answer.Messages.ToArray()) : null,
        StartedAt = call.StartedAt,
        Duration = call.Duration,
    };

    private static string? TenantOf(SlotBinding binding, RunPlan plan) => binding.Tenant ?? plan.Caller.Token.PinnedTenant;

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
