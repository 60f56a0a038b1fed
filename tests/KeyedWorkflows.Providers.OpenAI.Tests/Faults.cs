using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Providers.OpenAI.Tests;

internal static class Faults
{
    public static async Task<ModelCallException> OfAnswerAsync(IChatClient chat)
    {
        var fault = await Assert.ThrowsAsync<ModelCallException>(() => chat.GetResponseAsync("Hello", cancellationToken: TestContext.Current.CancellationToken));
        AssertIsOurs(fault);
        return fault;
    }

    public static async Task<ModelCallException> OfStreamAsync(IChatClient chat, List<string>? texts = null)
    {
        var fault = await Assert.ThrowsAsync<ModelCallException>(async () =>
        {
            await foreach (var update in chat.GetStreamingResponseAsync("Hello", cancellationToken: TestContext.Current.CancellationToken))
            {
                if (update.Text.Length > 0)
                    texts?.Add(update.Text);
            }
        });
        AssertIsOurs(fault);
        return fault;
    }

    public static void AssertHoldsNoPieceOf(string key, Exception fault)
    {
        var text = fault + fault.Message + string.Concat(fault.Data.Values.Cast<object?>()) + (fault as ModelCallException)?.ProviderRequestId;
        for (var start = 0; start + 8 <= key.Length; start++)
            Assert.DoesNotContain(key.Substring(start, 8), text, StringComparison.OrdinalIgnoreCase);
    }

    private static void AssertIsOurs(ModelCallException fault)
    {
        Assert.Null(fault.InnerException);
        Assert.Empty(fault.Data);
    }
}
