namespace KeyedWorkflows.Tests.Models;

public sealed class BoundedAnswerHandlerTests
{
    [Fact]
    public async Task Every_answer_has_a_body_that_one_at_a_time_reads_and_lets_go()
    {
        using var client = new HttpMessageInvoker(new BoundedAnswerHandler(new Answers()));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://localhost/");

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.IsType<BoundedStream>(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Throws<NotSupportedException>(() => client.Send(request, TestContext.Current.CancellationToken));
    }

    private sealed class Answers : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage { Content = new StringContent("answer") });
    }
}
