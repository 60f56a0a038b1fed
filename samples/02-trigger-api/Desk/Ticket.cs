using System.ComponentModel.DataAnnotations;
using KeyedWorkflows;

namespace TriggerApi.Desk;

/// <summary>The workflow's input. Nothing in it says who pays: that is the token's and the call's business.</summary>
public sealed record Ticket
{
    [Required, StringLength(2000)]
    public required string Question { get; init; }

    /// <summary>What the customer has sent along: an upload, or an address that the host fetches.</summary>
    public WorkflowFile? Attachment { get; init; }
}
