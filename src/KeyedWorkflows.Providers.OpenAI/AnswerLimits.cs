using System.Text.Json;

namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>
/// How large a chat answer may be before the provider's library reads it. The library makes objects that take a hundred times the memory of the JSON that they come from, so that an odd endpoint of one client could
/// end the process for all.
/// </summary>
internal static class AnswerLimits
{
    /// <summary>A whole answer: far above the longest text, pictures and sound included.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    /// <summary>One line of a stream, and so one piece.</summary>
    public const int MostLineBytes = 1024 * 1024;

    /// <summary>The JSON tokens of a whole answer.</summary>
    private const int MostTokens = 250_000;

    /// <summary>A token takes two bytes at the least, so that a shorter answer cannot hold too many, and need not be looked at.</summary>
    private const int FewestBytes = 2 * MostTokens;

    /// <summary>Checks a whole answer.</summary>
    /// <exception cref="ModelCallException">It is too large (<c>provider_failed</c>).</exception>
    public static void Check(ReadOnlySpan<byte> answer)
    {
        if (answer.Length > MostBytes)
            throw TooLarge();
        if (answer.Length <= FewestBytes)
            return;
        var reader = new Utf8JsonReader(answer);
        var tokens = 0;
        try
        {
            while (reader.Read())
            {
                if (++tokens > MostTokens)
                    throw TooLarge();
            }
        }
        catch (JsonException)
        {
            // What is no JSON is refused by whoever reads it, and makes no objects before that.
        }
    }

    /// <summary>Not transient: it would be as large again, and be paid for again.</summary>
    public static ModelCallException TooLarge() => new(WorkflowErrorCodes.ProviderFailed, "The provider's answer is larger than any chat answer should be, and was not read.");
}
