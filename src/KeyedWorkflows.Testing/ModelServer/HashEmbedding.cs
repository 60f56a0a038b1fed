using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace KeyedWorkflows.Testing;

/// <summary>A vector of length 1 that depends on the text alone: the same text has the same vector on every machine.</summary>
internal static class HashEmbedding
{
    public static float[] Of(string text, int dimensions)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        var state = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        var vector = new float[dimensions];
        var squares = 0.0;
        for (var i = 0; i < vector.Length; i++)
        {
            // SplitMix64: short, quick, and the same everywhere.
            state += 0x9E3779B97F4A7C15;
            var mixed = state;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            mixed ^= mixed >> 31;
            vector[i] = ((mixed >> 40) / (float)(1 << 23)) - 1f;
            squares += vector[i] * (double)vector[i];
        }

        var length = Math.Sqrt(squares);
        for (var i = 0; i < vector.Length && length > 0; i++)
            vector[i] = (float)(vector[i] / length);
        return vector;
    }
}
