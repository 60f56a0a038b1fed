namespace KeyedWorkflows.KeyCorpus.Drawing;

/// <summary>The shapes of the providers' keys. What they are filled with is drawn, so no key stands here.</summary>
internal static class KeyFormats
{
    private const string OpenAIMark = "T3" + "BlbkFJ";

    public static readonly IReadOnlyList<KeyFormat> All =
    [
        new("openai-project", "OpenAI", false, d => "sk-proj-" + OpenAI(d, d.Of(new[] { 20, 58, 74 }))),
        new("openai-service", "OpenAI", false, d => "sk-svcacct-" + OpenAI(d, d.Of(new[] { 20, 58, 74 }))),
        new("openai-admin", "OpenAI", false, d => d.Of("sk-admin-", "sk-service-") + OpenAI(d, d.Of(new[] { 20, 58, 74 }))),
        new("openai-legacy", "OpenAI", false, d => "sk-" + d.Text(Draw.Alphanumeric, 20) + OpenAIMark + d.Text(Draw.Alphanumeric, 20)),
        new("anthropic", "Anthropic", false, d => "sk-ant-api0" + d.Between(1, 4) + "-" + d.Text(Draw.Word, d.Of(new[] { 91, 93, 93, 93, 100 })) + "AA"),
        new("anthropic-admin", "Anthropic", false, d => "sk-ant-admin01-" + d.Text(Draw.Word, 93) + "AA"),
        new("azure", "AzureOpenAI", false, d => d.Text(Draw.Alphanumeric, 52) + "JQQJ99" + d.Text(Draw.Alphanumeric, 1) + d.Text("ABCDEFGHIJKL", 1) + d.Text(Draw.Alphanumeric, 12) + "AAA" + d.Of("B", "A") + "ACOG" + d.Text(Draw.Alphanumeric, 4)),
        new("google", "Gemini", false, d => "AIza" + "Sy" + d.Text(Draw.Word, 33)),
        new("google-new", "Gemini", false, d => "AQ.Ab8" + "RN6" + d.Text(Draw.Word, 44)),
        new("groq", "Groq", false, d => "gsk_" + d.Text(Draw.Alphanumeric, 52)),
        new("xai", "XAI", false, d => "xai-" + d.Text(Draw.Alphanumeric, d.Of(new[] { 70, 80, 80, 80, 100 }))),
        new("huggingface", "HuggingFace", false, d => "hf_" + d.Text(Draw.Upper + Draw.Lower, 34)),
        new("huggingface-org", "HuggingFace", false, d => "api_org_" + d.Text(Draw.Upper + Draw.Lower, 34)),
        new("openrouter", "OpenRouter", false, d => "sk-or-v1-" + d.Hex(64)),
        new("perplexity", "Perplexity", false, d => "pplx-" + d.Text(Draw.Alphanumeric, 48)),
        new("replicate", "Replicate", false, d => "r8_" + d.Text(Draw.Alphanumeric, 37)),
        new("nvidia", "Nvidia", false, d => "nvapi-" + d.Text(Draw.Word, d.Of(new[] { 60, 64, 64, 70 }))),
        new("cerebras", "Cerebras", false, d => "csk-" + d.Text(Draw.Lower + Draw.Digits, 48)),
        new("together", "Together", false, d => "tgp_v1_" + d.Text(Draw.Word, 43)),
        new("fireworks", "Fireworks", false, d => "fw_" + d.Text(Draw.Alphanumeric, d.Of(new[] { 24, 40 }))),
        new("aws", "Aws", false, d => d.Of("AKIA", "ASIA") + d.Text(Draw.Upper + "234567", 16)),
        new("aws-bedrock", "Bedrock", false, d => "ABSK" + d.Base64(d.Of(new[] { 84, 90, 96 }))),
        new("aws-bedrock-short", "Bedrock", false, d => "bedrock-api-key-" + d.Base64(d.Between(90, 150))),
        new("langsmith", "LangSmith", false, d => d.Of("lsv2_pt_", "lsv2_sk_") + d.Hex(32) + "_" + d.Hex(10)),
        new("langfuse", "Langfuse", false, d => "sk-lf-" + d.Guid()),
        new("pinecone", "Pinecone", false, d => "pcsk_" + d.Text(Draw.Alphanumeric, d.Between(5, 6)) + "_" + d.Text(Draw.Alphanumeric, 63)),
        new("databricks", "Databricks", false, d => "dapi" + d.Hex(32) + d.Of("", "", "-2")),
        new("elevenlabs", "ElevenLabs", false, d => "sk_" + d.Hex(48)),
        new("wandb", "WandB", false, d => "wandb_v1_" + d.Text(Draw.Alphanumeric, 77)),
        new("deepseek", "DeepSeek", true, d => "sk-" + d.Hex(32)),
        new("stability", "Stability", true, d => "sk-" + d.Text(Draw.Alphanumeric, 48)),
        new("mistral", "Mistral", true, d => d.Text(Draw.Alphanumeric, 32)),
        new("cohere", "Cohere", true, d => d.Text(Draw.Alphanumeric, 40)),
        new("voyage", "Voyage", true, d => "pa-" + d.Text(Draw.Word, 43)),
        new("zhipu", "Zhipu", true, d => d.Hex(32) + "." + d.Text(Draw.Alphanumeric, 16)),
        new("ollama", "Ollama", true, d => d.Hex(32) + "." + d.Text(Draw.Word, 24)),
        new("dify", "Dify", true, d => d.Of("app-", "dataset-") + d.Text(Draw.Alphanumeric, 24)),
        new("azure-legacy", "AzureOpenAI", true, d => d.Hex(32)),
    ];

    public static readonly IReadOnlyList<KeyFormat> Plain = [.. All.Where(f => !f.NeedsContext)];

    public static readonly IReadOnlyList<KeyFormat> InContext = [.. All.Where(f => f.NeedsContext)];

    /// <summary>Secrets of no provider's format, as generators of passwords and tokens make them.</summary>
    public static readonly IReadOnlyList<KeyFormat> Random =
    [
        new("random-alphanumeric", "", true, d => d.Text(Draw.Alphanumeric, d.Between(24, 64))),
        new("random-hex", "", true, d => d.Hex(d.Of(new[] { 32, 40, 48, 64 }))),
        new("random-hex-upper", "", true, d => d.Hex(d.Of(new[] { 32, 48, 64 })).ToUpperInvariant()),
        new("random-base64", "", true, d => d.Base64(d.Of(new[] { 24, 32, 33, 48, 64 }))),
        new("random-base64url", "", true, d => d.Text(Draw.Word, d.Between(32, 64))),
        new("random-prefixed", "", true, d => d.Of("key_", "tok_", "sec_", "app_", "live_", "v2.") + d.Text(Draw.Alphanumeric, d.Between(24, 40))),
        new("random-mixed", "", true, d => d.Text(Draw.Alphanumeric + "!@#%^*_-~+", d.Between(20, 40))),
        new("jwt", "", true, d => "eyJ" + "hbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." + "eyJ" + d.Text(Draw.Alphanumeric, d.Between(60, 110)) + "." + d.Text(Draw.Word, 43)),
    ];

    /// <summary>Passwords that a person or a manager of passwords made up.</summary>
    public static readonly IReadOnlyList<KeyFormat> Passwords =
    [
        new("password", "", true, d => d.Text(Draw.Alphanumeric, d.Between(5, 8)) + d.Text("!%^*+~", 1) + d.Text(Draw.Digits, 2) + d.Text(Draw.Alphanumeric, d.Between(4, 8))),
        new("password-long", "", true, d => d.Text(Draw.Alphanumeric + "!%*_-~", d.Between(16, 32))),
    ];

    /// <summary>Keys of a store or bus, as connection strings hold them.</summary>
    public static readonly IReadOnlyList<KeyFormat> Storage =
    [
        new("storage-key", "", true, d => d.Base64(64)),
        new("bus-key", "", true, d => d.Base64(32)),
    ];

    private static string OpenAI(Draw d, int part) => d.Text(Draw.Word, part) + OpenAIMark + d.Text(Draw.Word, part);
}
