namespace KeyedWorkflows.Storage;

/// <summary>Names that nothing new is given. An operator, and whatever takes a name or an id, would find one profile or token where the other was meant; and 32 hexadecimal digits are a key with some providers.</summary>
internal static class NewNames
{
    public const string Fault = "its Name is 32 hexadecimal digits, as ids are, and keys with some providers. Choose one that people know it by.";

    private const int DigitsOfId = 32;

    public static bool IsTaken(string? name) => name is { Length: DigitsOfId } && name.All(char.IsAsciiHexDigitLower);
}
