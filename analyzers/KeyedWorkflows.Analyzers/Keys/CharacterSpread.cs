namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>Which kinds of characters a text has.</summary>
internal struct CharacterSpread
{
    private bool lower;
    private bool upper;
    private bool beyondHexadecimal;

    public bool HasDigit { get; private set; }

    public readonly bool OfBothCases => lower && upper;

    public readonly bool OfAllKinds => lower && upper && HasDigit;

    public readonly bool IsHexadecimal => !beyondHexadecimal;

    public void Add(char c)
    {
        lower |= c is >= 'a' and <= 'z';
        upper |= c is >= 'A' and <= 'Z';
        beyondHexadecimal |= c is not ((>= '0' and <= '9') or (>= 'a' and <= 'f') or (>= 'A' and <= 'F'));
        HasDigit |= c is >= '0' and <= '9';
    }
}
