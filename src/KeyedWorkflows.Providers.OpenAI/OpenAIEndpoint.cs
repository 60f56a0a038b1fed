namespace KeyedWorkflows.Providers.OpenAI;

/// <summary>
/// Where the calls of a profile go. Azure OpenAI is used on its v1 endpoint, which speaks OpenAI's protocol; there the key travels as <c>api-key</c>, since Azure takes a bearer
/// for its own sign-in tokens too. Everywhere else it is the bearer.
/// </summary>
internal readonly record struct OpenAIEndpoint(Uri Uri, bool IsAzure)
{
    private static readonly OpenAIEndpoint Default = new(new Uri("https://api.openai.com/v1"), IsAzure: false);

    private static readonly string[] AzureHosts =
    [
        ".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com",
        ".openai.azure.us", ".cognitiveservices.azure.us", ".openai.azure.cn", ".cognitiveservices.azure.cn",
    ];

    public static OpenAIEndpoint Of(Uri? configured)
    {
        if (configured is null)
            return Default;
        if (!configured.IsAbsoluteUri || (configured.Scheme != Uri.UriSchemeHttps && configured.Scheme != Uri.UriSchemeHttp))
            throw Refused("it is not an absolute address, such as https://models.example/v1");
        if (configured.UserInfo.Length > 0 || configured.Query.Length > 0 || configured.Fragment.Length > 0)
            throw Refused("it holds user information, a query or a fragment; an address such as https://models.example/v1 is enough, and Azure's v1 endpoint needs no api-version");

        var host = configured.IdnHost;
        if (Array.Exists(AzureHosts, suffix => host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)))
            return new(new Uri(configured, "/openai/v1/"), IsAzure: true);
        var isOpenAI = host.Equals("api.openai.com", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".api.openai.com", StringComparison.OrdinalIgnoreCase);
        return new(isOpenAI && configured.AbsolutePath == "/" ? new Uri(configured, "/v1") : configured, IsAzure: false);
    }

    // The endpoint itself is not repeated: a key pasted into the wrong field must not come back in a message.
    private static ModelCallException Refused(string why) =>
        new(WorkflowErrorCodes.ProviderNotInitialized, $"The endpoint cannot be used: {why}.");
}
