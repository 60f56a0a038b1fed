using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace KeyedWorkflows.Testing;

/// <summary>The hash by which a recording knows a request again: of its model and messages, or of its model, inputs and dimensions.</summary>
internal static class RequestHash
{
    public static string Of(ModelRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, request.Operation == ModelOperation.Embeddings ? "embeddings" : "chat");
        Add(hash, request.Model);
        foreach (var message in request.Messages)
        {
            Add(hash, message.Role);
            Add(hash, message.Text);
            Add(hash, message.OtherParts);
            Add(hash, message.ToolCallId);
            foreach (var call in message.ToolCalls)
            {
                Add(hash, call.Id);
                Add(hash, call.Name);
                Add(hash, call.Arguments);
            }
        }

        foreach (var input in request.Inputs)
            Add(hash, input);
        if (request.Dimensions is { } dimensions)
            Add(hash, dimensions.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>With its length before it, so that no two lists of texts run together to the same bytes.</summary>
    private static void Add(IncrementalHash hash, string? text)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        var bytes = Encoding.UTF8.GetBytes(text ?? "");
        BinaryPrimitives.WriteInt32LittleEndian(length, text is null ? -1 : bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
