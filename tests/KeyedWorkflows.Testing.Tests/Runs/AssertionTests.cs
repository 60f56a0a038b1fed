namespace KeyedWorkflows.Testing.Tests;

/// <summary>What a failed assertion says: the expectation first, then how the run went.</summary>
public sealed class AssertionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, Action<WorkflowTestRun<Reply>>> Wrong => new()
    {
        { "Step 'Escalate' should have run.", run => run.AssertRan("Classify", "Escalate") },
        { "Step 'Draft' should have been skipped.", run => run.AssertSkipped("Escalate", "Draft") },
        { "Step 'Draft' should have ended before step 'Classify' started.", run => run.AssertOrder("Draft", "Classify") },
        { "Step 'Draft' should have ended before step 'Escalate' started.", run => run.AssertOrder("Draft", "Escalate") },
        { "Step 'Classify' should have asked a model with \"Which\" and \"refund\".", run => run.AssertPrompt("Classify", "Which", "refund") },
        { "Step 'Finish' should have asked a model.", run => run.AssertPrompt("Finish") },
        { "No prompt of step 'Classify' should hold \"late order\".", run => run.AssertPromptWithout("Classify", "late order") },
        { "The first slot should have been bound to client_a.", run => run.AssertBoundTo("client_a") },
        { "Slot 'main' should have been bound to scripted (Call).", run => run.AssertBoundTo("scripted", CredentialSource.Call, "main") },
        { "The first slot should have been bound to a key given for the run.", run => run.AssertBoundTo(null) },
        { "The run should have made 7 model calls.", run => run.AssertCalls(7) },
        { "The run should have failed with 'rate_limited' in step 'Draft'.", run => run.AssertFailed(WorkflowErrorCodes.RateLimited, "Draft") },
        { "There is no step 'Clasify'.", run => run.Step("Clasify") },
        { "There is no step 'Clasify'.", run => run.RequestsOf("Clasify") },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task It_says_what_was_expected_and_how_the_run_went(string expected, Action<WorkflowTestRun<Reply>> assertion)
    {
        await using var host = WorkflowTestHostTests.Host();
        var run = await host.RunAsync(new Ticket("a late order"), Token);

        var message = Assert.Throws<WorkflowAssertionException>(() => assertion(run)).Message;

        Assert.StartsWith(expected + "\n", message, StringComparison.Ordinal);
        Assert.Contains("The run: Succeeded, 2 model calls\nBound: main = scripted (HostDefault)\nSteps: Classify ran; FindOrders ran; Draft ran; Escalate was skipped;", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_run_says_its_error_and_carries_it()
    {
        await using var host = WorkflowTestHostTests.Host();
        host.Step("Draft").Fail(ModelServerFault.ContentFiltered());
        var run = await host.RunAsync(new Ticket("a late order"), Token);

        var wrong = Assert.Throws<WorkflowAssertionException>(run.AssertSucceeded);

        Assert.Same(run.Error, wrong.InnerException);
        Assert.Contains("content_filtered: ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("Draft failed (content_filtered); Escalate was not reached", wrong.Message, StringComparison.Ordinal);
        Assert.Throws<WorkflowAssertionException>(() => run.AssertFailed(WorkflowErrorCodes.ContentFiltered, "Classify"));
        run.AssertFailed(WorkflowErrorCodes.ContentFiltered);
    }

    [Fact]
    public async Task What_a_prompt_held_is_shown_where_it_should_have_held_something_else()
    {
        await using var host = WorkflowTestHostTests.Host();
        var run = await host.RunAsync(new Ticket("a late order"), Token);

        var message = Assert.Throws<WorkflowAssertionException>(() => run.AssertPrompt("Classify", "refund")).Message;

        Assert.Contains("It asked:\n  user: Which topic is this ticket about?\na late order\n", message, StringComparison.Ordinal);
    }
}
