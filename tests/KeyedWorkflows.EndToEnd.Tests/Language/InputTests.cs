using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>An input is checked by its data annotations before a credential is looked for.</summary>
public sealed partial class InputTests
{
    [Fact]
    public async Task All_that_is_wrong_is_said_at_once_and_no_value_is_repeated()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<ICheckedClient>().RunAsync(new Ticket { Title = "private, and far too long", Priority = 12, Mail = "private at home" }, "acme", ServiceDesk.Ct));

        Assert.Equal((WorkflowErrorCodes.InvalidInput, "checked", null), (error.Code, error.Workflow, error.Step));
        Assert.All(new[] { "Title", "Priority", "Mail" }, member => Assert.Contains(member, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("private", error.ToString(), StringComparison.Ordinal);
        desk.AssertNoModelCall();
    }

    [Fact]
    public async Task It_is_said_before_the_credential_is_looked_for()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<ICheckedClient>().RunAsync(new Ticket { Title = null! }, "nobody", ServiceDesk.Ct));

        Assert.Equal(WorkflowErrorCodes.InvalidInput, error.Code);
    }

    [Fact]
    public async Task A_sound_input_runs()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.Answer("ok");

        Assert.Equal("ok", await desk.Client<ICheckedClient>().RunAsync(new Ticket { Title = "short", Priority = 3, Mail = "a@b.example" }, "acme", ServiceDesk.Ct));
    }

    [Fact]
    public async Task Parameters_of_a_record_are_checked_like_properties()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IPositionalClient>().RunAsync(new Pair("", 0), ServiceDesk.Ct));

        Assert.Equal(WorkflowErrorCodes.InvalidInput, error.Code);
        Assert.Contains("Name", error.Message, StringComparison.Ordinal);
        Assert.Contains("Number must be positive.", error.Message, StringComparison.Ordinal);
        Assert.Equal("a1", await desk.Client<IPositionalClient>().RunAsync(new Pair("a", 1), ServiceDesk.Ct));
    }

    [Fact]
    public async Task An_input_may_check_itself()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<ISpanClient>().RunAsync(new Days(5, 3), ServiceDesk.Ct));

        Assert.Equal(WorkflowErrorCodes.InvalidInput, error.Code);
        Assert.Contains("Last lies before First.", error.Message, StringComparison.Ordinal);
    }

    public sealed record Ticket
    {
        [Required, StringLength(10)]
        public required string Title { get; init; }

        [Range(1, 9)]
        public int Priority { get; init; } = 1;

        [RegularExpression("[^@ ]+@[^@ ]+")]
        public string? Mail { get; init; }
    }

    public sealed record Pair([Required] string Name, [property: Range(1, 9, ErrorMessage = "Number must be positive.")] int Number);

    public sealed record Days(int First, int Last) : IValidatableObject
    {
        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Last < First)
                yield return new("Last lies before First.", [nameof(Last)]);
        }
    }

    [Workflow("checked")]
    [CredentialProfile(Model = "gpt-4o-mini")]
    public sealed partial class Checked : IWorkflow<Ticket, string>
    {
        [Prompt("{{ticket.Title}}")]
        public partial Task<string> Ask(Ticket ticket, IChatClient chat, CancellationToken ct);
    }

    [Workflow("positional")]
    public sealed partial class Positional : IWorkflow<Pair, string>
    {
        [Step]
        public string Join(Pair pair) => $"{pair.Name}{pair.Number}";
    }

    [Workflow("span")]
    public sealed partial class Span : IWorkflow<Days, int>
    {
        [Step]
        public int Count(Days days) => days.Last - days.First;
    }
}
