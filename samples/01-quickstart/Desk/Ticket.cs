using System.ComponentModel.DataAnnotations;
using KeyedWorkflows;

namespace Quickstart.Desk;

/// <summary>The workflow's input: a question, and perhaps who pays for the answer.</summary>
public sealed record Ticket
{
    [Required]
    public required string Number { get; init; }

    [Required, StringLength(2000)]
    public required string Question { get; init; }

    /// <summary>A key that came with the ticket, for this run alone. Null: another rule chooses.</summary>
    [ApiKey]
    public Secret? Key { get; init; }

    /// <summary>The stored profile that the ticket names. Null: another rule chooses.</summary>
    [ProfileName]
    public string? Profile { get; init; }
}
