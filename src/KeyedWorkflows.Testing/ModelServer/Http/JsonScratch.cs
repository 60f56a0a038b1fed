using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace KeyedWorkflows.Testing;

/// <summary>One thread's writer, used again and again. What is written must be copied out before the thread awaits.</summary>
internal sealed class JsonScratch
{
    private const int LargestKept = 1 << 20;

    [ThreadStatic]
    private static JsonScratch? s_current;

    private readonly ArrayBufferWriter<byte> _buffer = new(2048);

    private JsonScratch() =>
        Writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    public Utf8JsonWriter Writer { get; }

    public static JsonScratch Start()
    {
        if (s_current is not { } scratch || scratch._buffer.Capacity > LargestKept)
            s_current = scratch = new JsonScratch();
        scratch._buffer.ResetWrittenCount();
        scratch.Writer.Reset();
        return scratch;
    }

    public ReadOnlyMemory<byte> Written()
    {
        Writer.Flush();
        return _buffer.WrittenMemory;
    }
}
