namespace KeyedWorkflows.Generators.Tests.Emitting;

public sealed class SupportReplyTests
{
    [Fact]
    public async Task Steps_run_in_their_order_and_prompts_are_filled_from_their_parameters()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.SupportReply);
        loaded.Provider.Answer = static text => text.Contains("topic", StringComparison.Ordinal) ? """{"name":"delivery"}""" : "It is on its way.";

        Assert.Equal("Reply { Text = It is on its way., Topic = delivery }", await loaded.Play<string>());

        var requests = loaded.Provider.Requests.ToArray();
        Assert.Equal("Which topic is this ticket about?\nWhere is it?", Assert.Single(requests[0].Messages).Text);
        Assert.Equal(["You are a support agent.", """
            Orders: [{"number":"17"}]
            Ticket (delivery): Where is it?
            """.ReplaceLineEndings("\n")], requests[1].Messages.Select(static message => message.Text));
        Assert.All(requests, static request => Assert.Equal("small", request.Model));
    }

    [Fact]
    public async Task Its_events_name_the_steps()
    {
        await using var loaded = LoadedWorkflows.Of(Sources.SupportReply);
        loaded.Provider.Answer = static text => text.Contains("topic", StringComparison.Ordinal) ? """{"name":"delivery"}""" : "On its way.";

        var seen = await loaded.Play<string[]>("Watch");

        Assert.Equal("RunStartedEvent", seen[0]);
        Assert.Equal(["text On", "text  its", "text  way."], seen.Where(static name => name.StartsWith("text", StringComparison.Ordinal)));
        Assert.Equal(["StepFinishedEvent Draft", "StepStartedEvent Finish", "StepFinishedEvent Finish", "RunFinishedEvent"], seen[^4..]);
    }
}
