using KeyedWorkflows.Generators.Keys;

namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>
/// The formats that tell a key without any context. Sources: what the providers document, and the rules of public scanners. Lengths are taken a little wider than today's, because providers change them without a word.
/// Formats without a prefix of their own (Mistral, Cohere, Azure's of 32 digits) are random values, and need a telling name.
/// </summary>
internal static class KeyFormats
{
    /// <summary>Nothing shorter is a key.</summary>
    public const int Shortest = 20;

    /// <summary>What stands within every key of Azure OpenAI and AI services, and how far from its begin.</summary>
    private const string AzureMark = "JQQJ99";
    private const int BeforeAzureMark = 52;
    private const int AzureLength = 84;

    /// <summary>What stands within every key of OpenAI.</summary>
    private const string OpenAIMark = "T3BlbkFJ";

    private static readonly KeyFormat Azure = new("Azure", "", KeyCharacters.Alphanumeric, AzureLength, AzureLength);

    /// <summary>The longer prefix before the one that it begins with.</summary>
    private static readonly KeyFormat[] All =
    [
        new("OpenAI", "sk-proj-", KeyCharacters.Word, 20),
        new("OpenAI", "sk-svcacct-", KeyCharacters.Word, 20),
        new("OpenAI", "sk-service-", KeyCharacters.Word, 20),
        new("OpenAI", "sk-admin-", KeyCharacters.Word, 20),
        new("Anthropic", "sk-ant-", KeyCharacters.Word, 24),
        new("OpenRouter", "sk-or-", KeyCharacters.Word, 32),
        new("Langfuse", "sk-lf-", KeyCharacters.Guid, 36, 36) { IsGuid = true },
        new("OpenAI", "sk-", KeyCharacters.Word, 20),
        new("ElevenLabs", "sk_", KeyCharacters.Hexadecimal, 32, 64),
        new("Google", "AIzaSy", KeyCharacters.Word, 30, 40),
        new("Google", "AQ.Ab8RN6", KeyCharacters.Word, 30, 80),
        new("Groq", "gsk_", KeyCharacters.Alphanumeric, 40, 64),
        new("xAI", "xai-", KeyCharacters.Word, 40, 140),
        new("Hugging Face", "hf_", KeyCharacters.Alphanumeric, 30, 40),
        new("Hugging Face", "api_org_", KeyCharacters.Alphanumeric, 30, 40),
        new("Perplexity", "pplx-", KeyCharacters.Alphanumeric, 40, 64),
        new("Replicate", "r8_", KeyCharacters.Word, 34, 44),
        new("NVIDIA", "nvapi-", KeyCharacters.Word, 50, 90),
        new("Cerebras", "csk-", KeyCharacters.Alphanumeric, 40, 64),
        new("Together", "tgp_v1_", KeyCharacters.Word, 36, 64),
        new("Fireworks", "fw_", KeyCharacters.Alphanumeric, 24, 40) { OnlyEnds = true },
        new("AWS", "AKIA", KeyCharacters.Base32, 16, 16),
        new("AWS", "ASIA", KeyCharacters.Base32, 16, 16),
        new("AWS", "ABIA", KeyCharacters.Base32, 16, 16),
        new("AWS", "ACCA", KeyCharacters.Base32, 16, 16),
        new("AWS", "A3T", KeyCharacters.Base32, 17, 17),
        new("Amazon Bedrock", "ABSK", KeyCharacters.Base64, 100, 300),
        new("Amazon Bedrock", "bedrock-api-key-", KeyCharacters.Base64, 40, 4096),
        new("LangSmith", "lsv2_pt_", KeyCharacters.Word, 40, 50),
        new("LangSmith", "lsv2_sk_", KeyCharacters.Word, 40, 50),
        new("Pinecone", "pcsk_", KeyCharacters.Word, 60, 80),
        new("Databricks", "dapi", KeyCharacters.Hexadecimal, 32, 32) { IsNumbered = true },
        new("Weights & Biases", "wandb_v1_", KeyCharacters.Word, 60, 100),
        new("GitHub", "ghp_", KeyCharacters.Alphanumeric, 36, 36),
        new("GitHub", "github_pat_", KeyCharacters.Word, 70, 100),
    ];

    private static readonly KeyFormat[]?[] ByFirst = SortByFirst();

    /// <summary>The first key of a known format in a text, wherever it stands.</summary>
    public static FoundKey? Find(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            if (!Belongs(text[i], KeyCharacters.Base64))
            {
                i++;
                continue;
            }
            var end = i + 1;
            while (end < text.Length && Belongs(text[end], KeyCharacters.Base64))
                end++;
            if (end - i >= Shortest - 1 && FindIn(text, i, end) is { } found)
                return found;
            i = end;
        }
        return null;
    }

    /// <summary>Looks through a run of what keys are made of.</summary>
    private static FoundKey? FindIn(string text, int start, int end)
    {
        // Of `AQ.Ab8RN6…` the run begins behind the dot.
        if (start >= 3 && text[start - 1] == '.' && Match(text, start - 3) is { } dotted)
            return dotted;
        for (var at = start; end - at >= Shortest; at++)
        {
            // A key may stand behind a word ("client_sk-proj-…"), and never within one ("task-…").
            if ((at == start || !IsAlphanumeric(text[at - 1])) && Match(text, at) is { } found)
                return found;
        }
        return FindAzure(text, start, end);
    }

    private static FoundKey? Match(string text, int at)
    {
        if (text[at] >= ByFirst.Length || ByFirst[text[at]] is not { } formats)
            return null;
        foreach (var format in formats)
        {
            if (string.CompareOrdinal(text, at, format.Prefix, 0, format.Prefix.Length) != 0)
                continue;
            var start = at + format.Prefix.Length;
            var end = start;
            while (end < text.Length && end - start <= format.Longest && Belongs(text[end], format.Characters))
                end++;

            // What goes on in the way of a word is another word.
            var isNumbered = format.IsNumbered && end + 1 < text.Length && text[end] == '-' && text[end + 1] is >= '0' and <= '9';
            if (end < text.Length && format.Characters is not KeyCharacters.Base64 && IsWord(text[end]) && !isNumbered)
                continue;
            if (format.Takes(end - start) && IsKey(text, start, end, format))
                return new FoundKey(at, end - at, format);
        }
        return null;
    }

    private static bool IsKey(string text, int start, int end, KeyFormat format) =>
        !Placeholder.Is(text, start, end - start)
        && (format.IsGuid || text.IndexOf(OpenAIMark, start, end - start, StringComparison.Ordinal) >= 0 || Randomness.IsRandom(text, start, end - start));

    private static FoundKey? FindAzure(string text, int from, int to)
    {
        var start = text.IndexOf(AzureMark, from, to - from, StringComparison.Ordinal) - BeforeAzureMark;
        var end = start + AzureLength;
        if (start < from || end > to || (start > from && IsAlphanumeric(text[start - 1])) || (end < to && IsAlphanumeric(text[end])) || Placeholder.Is(text, start, BeforeAzureMark))
            return null;
        for (var i = start; i < end; i++)
        {
            if (!IsAlphanumeric(text[i]))
                return null;
        }
        return new FoundKey(start, AzureLength, Azure);
    }

    private static bool Belongs(char c, KeyCharacters characters) => characters switch
    {
        KeyCharacters.Alphanumeric => IsAlphanumeric(c),
        KeyCharacters.Word => IsWord(c),
        KeyCharacters.Hexadecimal => IsHexadecimal(c),
        KeyCharacters.Guid => IsHexadecimal(c) || c == '-',
        KeyCharacters.Base32 => c is (>= 'A' and <= 'Z') or (>= '2' and <= '7'),
        _ => IsWord(c) || c is '+' or '/' or '=',
    };

    private static bool IsAlphanumeric(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9');

    private static bool IsHexadecimal(char c) => c is (>= 'a' and <= 'f') or (>= 'A' and <= 'F') or (>= '0' and <= '9');

    private static bool IsWord(char c) => IsAlphanumeric(c) || c is '_' or '-';

    private static KeyFormat[]?[] SortByFirst()
    {
        var sorted = new KeyFormat[]?[128];
        foreach (var format in All)
        {
            var first = format.Prefix[0];
            sorted[first] = [.. sorted[first] ?? [], format];
        }
        return sorted;
    }
}
