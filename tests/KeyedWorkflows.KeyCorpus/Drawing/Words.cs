namespace KeyedWorkflows.KeyCorpus.Drawing;

/// <summary>What code is named, and what it says.</summary>
internal static class Words
{
    /// <summary>Names that say "this is a key", in Pascal case; <c>{P}</c> is the provider.</summary>
    public static readonly Pool Keys = new(
        "ApiKey ApiKey ApiKey OpenAIKey LlmApiKey ServiceApiKey SubscriptionKey ModelApiKey AiApiKey DefaultApiKey",
        "Apikey APIKey PrimaryApiKey AIKey ChatKey GptApiKey KeyForModels XApiKey BackupApiKey TenantApiKey",
        "ApiKey {P}ApiKey {P}ApiKey {P}Key SecretKey AccessKey ApiSecret ApiToken");

    /// <summary>As <see cref="Keys"/>, for secrets of no provider.</summary>
    public static readonly Pool Secrets = new(
        "ApiKey Secret ClientSecret AccessToken BearerToken SecretKey SubscriptionKey AuthToken ApiSecret AppSecret",
        "APIKey SigningSecret WebhookSecret RefreshToken HmacSecret MasterKey EncryptionKey PersonalAccessToken SharedSecret ConsumerSecret AuthKey",
        "ApiKey AccessKey ApiToken ClientSecret SharedAccessKey JwtSecret");

    public static readonly Pool Passwords = new("Password DbPassword SmtpPassword AdminPassword UserPassword Pwd", "Passwd Passphrase RootPassword RedisPassword FtpPassword AccountPassword", "Password");

    public static readonly Pool Companies = new("Acme Contoso Fabrikam Northwind Tailspin Litware", "Globex Initech Umbra Hooli Stark Vandelay");

    public static readonly Pool Areas = new("Assistants Support Chat Billing Search Ingestion Gateway Insights", "Copilot Helpdesk Retrieval Agents Tickets Analytics Pricing Media");

    public static readonly Pool Nouns = new(
        "Ticket Order Invoice Customer Document Prompt Answer Summary Reply Message Report Tenant Review Contract Product",
        "Claim Parcel Shipment Patient Article Transcript Intent Draft Digest Booking Lesson Recipe Candidate Campaign Asset");

    public static readonly Pool Roles = new("Service Client Factory Gateway Provider Helper Manager Worker Handler Setup", "Connector Adapter Facade Agent Runner Bootstrapper Orchestrator Resolver Module Broker");

    public static readonly Pool Verbs = new("Create Send Build Load Run Process Summarize Classify Resolve Open", "Make Dispatch Prepare Fetch Start Handle Translate Rank Select Connect");

    public static readonly Pool Neutral = new("Value Text Item Content Input Current Data First Entry", "Line Payload Part Argument Fragment Raw Source Body Field");

    public static readonly Pool Models = new(
        "gpt-4o gpt-4o-mini claude-3-5-sonnet-20241022 mistral-large-latest text-embedding-3-small gemini-1.5-pro gpt-4o-2024-08-06",
        "gpt-4.1 o3-mini claude-sonnet-4-20250514 llama-3.1-70b-versatile text-embedding-3-large gemini-2.0-flash command-r-plus deepseek-chat");

    public static readonly Pool Hosts = new(
        "https://api.openai.com/v1 https://acme-east.openai.azure.com/ https://llm.contoso.com/v1 https://api.anthropic.com/v1/messages",
        "https://api.mistral.ai/v1 https://eu-gateway.globex.io/llm https://openrouter.ai/api/v1 https://hooli-swc.openai.azure.com/openai/");

    public static readonly Pool Variables = new(
        "OPENAI_API_KEY ANTHROPIC_API_KEY AZURE_OPENAI_API_KEY API_KEY ACME_API_KEY MISTRAL_API_KEY",
        "GROQ_API_KEY GEMINI_API_KEY LLM_SECRET_KEY HF_TOKEN GLOBEX_ACCESS_TOKEN COHERE_API_KEY OPENAI_KEY");

    public static readonly Pool Sections = new(
        "OpenAI:ApiKey AzureOpenAI:ApiKey KeyedWorkflows:Profiles:acme:ApiKey Anthropic:ApiKey Llm:Providers:0:ApiKey",
        "AI:Key Services:Mistral:ApiKey KeyedWorkflows:Profiles:globex_eu:ApiKey Models:Default:Secret Gateway:AccessToken Ai:OpenAi:Key");

    private static readonly string[] practiceSentences =
    [
        "Summarize the ticket in three sentences.", "The request could not be completed.", "Answer in the language of the customer.", "Retry after the given delay.", "No profile of that name is known.",
        "Model calls are limited per tenant.", "You are a careful assistant for invoices.", "Starting the import of documents.",
    ];

    private static readonly string[] examSentences =
    [
        "Write a short reply to this claim.", "Nothing was found for the given filter.", "Keep the tone friendly and brief.", "The queue is drained every minute.", "Fallback to the smaller model.",
        "Only members of the team may see this.", "Translate the transcript into plain English.", "Shipment status was refreshed.",
    ];

    public static string Sentence(Draw draw) => draw.Of(draw.Flavour == Flavour.Exam ? examSentences : practiceSentences);
}
