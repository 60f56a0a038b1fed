using System.Text.Json;

namespace KeyedWorkflows.Server;

/// <summary>
/// Reads an object of a request member by member: names are compared exactly, one that is given twice or is not known is refused. Errors name a field that is known, or a position; never what was sent.
/// </summary>
internal ref struct StrictObject
{
    private readonly ReadOnlySpan<string> known;
    private readonly string where;
    private ulong given;

    /// <param name="reader">Stands at the object's beginning.</param>
    /// <param name="known">The members that may be given: 64 at most.</param>
    /// <param name="where">What the object is, for errors: "The body", "Field 'options'".</param>
    public StrictObject(scoped ref Utf8JsonReader reader, ReadOnlySpan<string> known, string where)
    {
        this.known = known;
        this.where = where;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw ApiError.InvalidParam($"{where} must be a JSON object.").ToException();
    }

    /// <summary>Goes to the next member's value.</summary>
    /// <returns>The member's name; null at the object's end.</returns>
    public string? Next(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject)
            return null;
        for (var i = 0; i < known.Length; i++)
        {
            if (!reader.ValueTextEquals(known[i]))
                continue;
            if ((given & (1UL << i)) != 0)
                throw ApiError.InvalidParam($"{where}: field '{known[i]}' is given twice.").ToException();
            given |= 1UL << i;
            reader.Read();
            return known[i];
        }
        throw ApiError.InvalidParam($"{where} holds a field that is not known, at byte {reader.TokenStartIndex}. Known are: {string.Join(", ", known.ToArray())}.").ToException();
    }
}
