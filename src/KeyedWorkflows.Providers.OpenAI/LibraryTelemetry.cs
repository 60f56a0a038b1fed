using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;

namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>
/// The provider's library has spans of its own, which an operator may have switched on for the process. They record why an answer could not be read, in words that repeat what stands in it, such as a key where the reason for its end
/// should be. So an answer that cannot be read is found before the library reads it.
/// </summary>
internal static class LibraryTelemetry
{
    /// <summary>Whether it is switched on. The library reads that once, too.</summary>
    public static bool IsOn { get; } = AppContext.TryGetSwitch("OpenAI.Experimental.EnableOpenTelemetry", out var isOn)
        ? isOn
        : Environment.GetEnvironmentVariable("OPENAI_EXPERIMENTAL_ENABLE_OPEN_TELEMETRY") is { } value && (value == "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads an answer as the library will.</summary>
    /// <exception cref="ModelCallException">It cannot be read.</exception>
    public static void Check(BinaryData answer, CancellationToken cancellationToken)
    {
        try
        {
#pragma warning disable OPENAI001 // The library's own context: without it the reading is by reflection, which Native AOT does not have.
            ModelReaderWriter.Read<ChatCompletion>(answer, ModelReaderWriterOptions.Json, OpenAIContext.Default);
#pragma warning restore OPENAI001
        }
        catch (Exception error)
        {
            throw ProviderFaults.OfReading(error, cancellationToken);
        }
    }
}
