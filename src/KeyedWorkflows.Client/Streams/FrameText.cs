using System.Text.Json;

namespace KeyedWorkflows.Client;

/// <summary>Takes values out of frames. What is missing is taken for what it is mostly.</summary>
internal static class FrameText
{
    public static string? Text(this JsonElement data, string name) => data.TryGet(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static int? Number(this JsonElement data, string name) => data.TryGet(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    public static bool Flag(this JsonElement data, string name) => data.TryGet(name, out var value) && value.ValueKind == JsonValueKind.True;

    public static TimeSpan? Seconds(this JsonElement data, string name) =>
        data.TryGet(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and < 1e9 ? TimeSpan.FromSeconds(seconds) : null;

    public static RunUsage Usage(this JsonElement data)
    {
        if (!data.TryGet("usage", out var usage))
            return default;
        return new((int)Count(usage, "calls"), Count(usage, "input_tokens"), Count(usage, "output_tokens"), Count(usage, "cached_input_tokens"), Count(usage, "reasoning_tokens"));

        static long Count(JsonElement usage, string name) => usage.TryGet(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;
    }

    public static bool TryGet(this JsonElement data, string name, out JsonElement value)
    {
        value = default;
        return data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out value);
    }
}
