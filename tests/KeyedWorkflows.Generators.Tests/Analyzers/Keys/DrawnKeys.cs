namespace KeyedWorkflows.Generators.Tests.Analyzers.Keys;

/// <summary>Keys in the formats of providers, made up anew for each test from its seed: none stands in the sources.</summary>
internal sealed class DrawnKeys(int seed)
{
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";
    private const string Alphanumeric = Lower + Digits + "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private readonly Random random = new(seed);

    /// <summary>The formats that need no context, by provider.</summary>
    public static TheoryData<string> Formats =>
    [
        "OpenAI project", "OpenAI service account", "OpenAI legacy", "Anthropic", "Azure", "Google", "Google new", "Groq", "xAI", "Hugging Face", "OpenRouter", "Perplexity", "Replicate", "NVIDIA", "Cerebras", "Together", "Fireworks", "AWS",
        "Bedrock", "LangSmith", "Langfuse", "Pinecone", "Databricks", "ElevenLabs", "Weights & Biases", "DeepSeek", "Stability",
    ];

    public string Of(string format) => format switch
    {
        "OpenAI project" => $"sk-proj-{Word(58)}T3BlbkFJ{Word(58)}",
        "OpenAI service account" => $"sk-svcacct-{Word(20)}T3BlbkFJ{Word(20)}",
        "OpenAI legacy" => $"sk-{Letters(20)}T3BlbkFJ{Letters(20)}",
        "Anthropic" => $"sk-ant-api03-{Word(93)}AA",
        "Azure" => $"{Letters(52)}JQQJ991B{Letters(12)}AAABACOG{Letters(4)}",
        "Google" => $"AIzaSy{Word(33)}",
        "Google new" => $"AQ.Ab8RN6{Word(44)}",
        "Groq" => $"gsk_{Letters(52)}",
        "xAI" => $"xai-{Letters(80)}",
        "Hugging Face" => $"hf_{From(Lower + Lower.ToUpperInvariant(), 34)}",
        "OpenRouter" => $"sk-or-v1-{Hex(64)}",
        "Perplexity" => $"pplx-{Letters(48)}",
        "Replicate" => $"r8_{Letters(37)}",
        "NVIDIA" => $"nvapi-{Word(64)}",
        "Cerebras" => $"csk-{From(Lower + Digits, 48)}",
        "Together" => $"tgp_v1_{Word(43)}",
        "Fireworks" => $"fw_{Letters(24)}",
        "AWS" => $"AKIA{From("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)}",
        "Bedrock" => $"ABSK{From(Alphanumeric + "+/", 127)}=",
        "LangSmith" => $"lsv2_pt_{Hex(32)}_{Hex(10)}",
        "Langfuse" => $"sk-lf-{new Guid(Enumerable.Range(0, 16).Select(_ => (byte)random.Next(256)).ToArray())}",
        "Pinecone" => $"pcsk_{Letters(6)}_{Letters(63)}",
        "Databricks" => $"dapi{Hex(32)}",
        "ElevenLabs" => $"sk_{Hex(48)}",
        "Weights & Biases" => $"wandb_v1_{Letters(77)}",
        "DeepSeek" => $"sk-{Hex(32)}",
        "Stability" => $"sk-{Letters(48)}",
        _ => throw new ArgumentException($"No format {format}.", nameof(format)),
    };

    /// <summary>A random value without a format.</summary>
    public string Random(int length = 40) => Letters(length);

    public string Hex(int length) => From(Digits + "abcdef", length);

    private string Letters(int length) => From(Alphanumeric, length);

    /// <summary>A dash or underscore neither first nor last.</summary>
    private string Word(int length) => Letters(1) + From(Alphanumeric + "_-", length - 2) + Letters(1);

    private string From(string characters, int length) => new([.. Enumerable.Range(0, length).Select(_ => characters[random.Next(characters.Length)])]);
}
