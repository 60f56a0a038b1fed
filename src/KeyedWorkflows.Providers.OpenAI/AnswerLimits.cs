using System.Text.Json;

namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>
/// How large an answer may be before the provider's library reads it. The library makes objects that take a hundred times the memory of the JSON that they come from, so that an odd endpoint of one client could
/// end the process for all.
/// </summary>
internal static class AnswerLimits
{
    /// <summary>A whole answer: far above the longest text, pictures and sound included.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    /// <summary>One line of a stream, and so one piece.</summary>
    public const int MostLineBytes = 1024 * 1024;

    /// <summary>Objects and arrays of any answer, whatever its length.</summary>
    private const int FreeContainers = 50_000;

    /// <summary>An object or array of an answer that says something (a choice, a call, the probability of a token) is no shorter, on the average.</summary>
    private const int BytesOfContainer = 16;

    /// <summary>Checks a whole answer of a chat.</summary>
    /// <exception cref="ModelCallException">It is too large (<c>output_truncated</c>).</exception>
    public static void CheckChat(ReadOnlySpan<byte> answer)
    {
        if (answer.Length > MostBytes)
            throw TooLarge();
        Check(answer);
    }

    /// <summary>Checks whether an answer is made of objects and arrays that say nothing: it is they that the library makes a hundred times their size of.</summary>
    /// <exception cref="ModelCallException">It is (<c>output_truncated</c>).</exception>
    public static void Check(ReadOnlySpan<byte> answer)
    {
        // Each takes two bytes at the least: a shorter answer cannot hold too many, and need not be looked at.
        if (answer.Length <= 2 * FreeContainers)
            return;
        var most = FreeContainers + (answer.Length / BytesOfContainer);
        var reader = new Utf8JsonReader(answer);
        var containers = 0;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && ++containers > most)
                    throw TooLarge();
            }
        }
        catch (JsonException)
        {
            // What is no JSON is refused by whoever reads it, and makes no objects before that.
        }
    }

    /// <summary>Neither transient nor the model's fault: it would be as large again, and be paid for again.</summary>
    public static ModelCallException TooLarge() => new(WorkflowErrorCodes.OutputTruncated, "The provider's answer is larger than any answer should be, and was not read.");
}
