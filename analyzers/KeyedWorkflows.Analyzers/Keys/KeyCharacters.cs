namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>What a key is made of.</summary>
internal enum KeyCharacters
{
    /// <summary>Letters and digits.</summary>
    Alphanumeric,

    /// <summary>Letters, digits, <c>_</c> and <c>-</c>.</summary>
    Word,

    /// <summary>Digits and a to f, in either case.</summary>
    Hexadecimal,

    /// <summary>Digits, a to f, and the dashes of a GUID.</summary>
    Guid,

    /// <summary>Capitals, and 2 to 7.</summary>
    Base32,

    /// <summary>Letters, digits, <c>+</c>, <c>/</c>, <c>=</c>, <c>_</c> and <c>-</c>.</summary>
    Base64,
}
