using System.ComponentModel.DataAnnotations;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

public sealed class InputTests
{
    private int steps;

    [Fact]
    public async Task A_null_input_is_refused()
    {
        await using var scene = new Scene();

        var error = await scene.FailureAsync(Echo(), null!, "acme");

        Assert.Equal(WorkflowErrorCodes.InvalidInput, error.Code);
        Assert.Equal("echo", error.Workflow);
        Assert.Null(error.Step);
        Assert.Equal(0, error.Attempt);
        Assert.Contains("null", error.Message, StringComparison.Ordinal);
        AssertNothingRan(scene);
    }

    [Fact]
    public async Task All_members_that_fail_their_annotations_are_named_in_one_error()
    {
        await using var scene = new Scene();

        var error = await scene.FailureAsync(Echo(), new Question("", 500), "acme");

        Assert.Equal(WorkflowErrorCodes.InvalidInput, error.Code);
        Assert.Contains("Text", error.Message, StringComparison.Ordinal);
        Assert.Contains("Priority", error.Message, StringComparison.Ordinal);
        AssertNothingRan(scene);
    }

    [Fact]
    public async Task An_input_is_checked_before_a_credential_is_looked_for()
    {
        await using var scene = new Scene();

        var error = await scene.FailureAsync(Echo(), new Question("", 1), "unknown");

        Assert.Equal(WorkflowErrorCodes.InvalidInput, error.Code);
    }

    [Fact]
    public async Task An_error_repeats_no_value_of_the_input()
    {
        await using var scene = new Scene();

        var error = await scene.FailureAsync(Echo(), new Question(new string('x', 30), 1), "acme");

        Assert.DoesNotContain("xxx", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sound_input_runs()
    {
        await using var scene = new Scene();

        Assert.Equal("hello", await scene.RunAsync(Echo(), new Question("hello", 3), "acme"));
        Assert.Equal(1, steps);
    }

    [Fact]
    public async Task An_input_that_validates_itself_is_asked()
    {
        await using var scene = new Scene();

        var error = await scene.FailureAsync(Echo(), new Question("same", 1) { Title = "same" }, "acme");

        Assert.Equal(WorkflowErrorCodes.InvalidInput, error.Code);
        Assert.Contains("Title repeats Text.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_with_unsound_members_is_not_asked_itself()
    {
        await using var scene = new Scene();

        // It relies on Text, and would throw.
        var error = await scene.FailureAsync(Echo(), new Question(null!, 1) { Title = "t" }, "acme");

        Assert.Equal(WorkflowErrorCodes.InvalidInput, error.Code);
    }

    [Fact]
    public async Task A_validation_that_throws_is_the_authors_failure()
    {
        await using var scene = new Scene();
        var workflow = Echo(static (_, ref _) => throw new InvalidOperationException("broken"));

        var error = await scene.FailureAsync(workflow, new Question("hello", 1), "acme");

        Assert.Equal(WorkflowErrorCodes.StepFailed, error.Code);
        Assert.IsType<InvalidOperationException>(error.InnerException);
        Assert.Contains("validation", error.Message, StringComparison.Ordinal);
        AssertNothingRan(scene);
    }

    [Fact]
    public async Task An_explanation_says_that_the_input_is_refused_whatever_the_credential()
    {
        await using var scene = new Scene();

        var invalid = await scene.ExplainAsync(Echo(), new Question("", 1), "unknown");
        var missing = await scene.ExplainAsync(Echo(), null!, "acme");

        Assert.False(invalid.CanRun);
        Assert.Equal(WorkflowErrorCodes.InvalidInput, invalid.ErrorCode);
        Assert.Contains("Text", invalid.Error, StringComparison.Ordinal);
        Assert.False(missing.CanRun);
        Assert.Equal(WorkflowErrorCodes.InvalidInput, missing.ErrorCode);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_runs_nothing()
    {
        await using var scene = new Scene();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.RunAsync(Echo(), new Question("hello", 1), "acme", ct: cancelled.Token));

        Assert.Equal(cancelled.Token, error.CancellationToken);
        AssertNothingRan(scene);
    }

    private void AssertNothingRan(Scene scene)
    {
        Assert.Equal(0, steps);
        Assert.Empty(scene.Model.Requests);
    }

    private TestExecutor<Nothing, Question, string> Echo(InputCheck<Question>? check = null) => new(Written.Describe("echo", [Written.Main], Written.Steps("Echo")))
    {
        Create = static _ => new Nothing(),
        Body = (_, emitted, input) => emitted.PlainAsync(0, () =>
        {
            steps++;
            return input.Text;
        }),
        Checks = check ?? (static (input, ref validator) =>
        {
            validator.Check(input.Text, nameof(input.Text), new RequiredAttribute(), new StringLengthAttribute(20));
            validator.Check(input.Priority, nameof(input.Priority), new RangeAttribute(1, 9));
        }),
    };

    private sealed record Question(string Text, int Priority) : IValidatableObject
    {
        public string? Title { get; init; }

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Text.Length > 0 && Text == Title)
                yield return new("Title repeats Text.", [nameof(Title)]);
        }
    }
}
