using KeyedWorkflows.Testing;

namespace KeyedWorkflows.Providers.OpenAI.Tests;

public sealed class ErrorAnswerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int, string, string, bool> Answers { get; } = new()
    {
        // OpenAI
        { 401, """{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}""", WorkflowErrorCodes.Unauthorized, false },
        { 403, """{"error":{"message":"Country not supported","type":"request_forbidden","param":null,"code":"unsupported_country_region_territory"}}""", WorkflowErrorCodes.Unauthorized, false },
        { 403, """{"error":{"message":"Project does not have access to model","type":"invalid_request_error","param":null,"code":"model_not_found"}}""", WorkflowErrorCodes.ModelNotFound, false },
        { 404, """{"error":{"message":"The model `gpt-test` does not exist","type":"invalid_request_error","param":null,"code":"model_not_found"}}""", WorkflowErrorCodes.ModelNotFound, false },
        { 404, """{"error":{"message":"Invalid URL (POST /v2/chat/completions)","type":"invalid_request_error","param":null,"code":null}}""", WorkflowErrorCodes.RequestRefused, false },
        { 429, """{"error":{"message":"Slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}}""", WorkflowErrorCodes.RateLimited, true },
        { 429, """{"error":{"message":"Quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}""", WorkflowErrorCodes.QuotaExceeded, false },
        { 400, """{"error":{"message":"Rejected","type":"invalid_request_error","param":null,"code":"content_policy_violation"}}""", WorkflowErrorCodes.ContentFiltered, false },
        { 400, """{"error":{"message":"Too long","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}""", WorkflowErrorCodes.RequestRefused, false },
        { 413, "", WorkflowErrorCodes.RequestRefused, false },
        { 422, """{"detail":[{"loc":["body"],"msg":"field required"}]}""", WorkflowErrorCodes.RequestRefused, false },
        { 408, "", WorkflowErrorCodes.ProviderFailed, true },
        { 409, "", WorkflowErrorCodes.ProviderFailed, true },
        { 500, """{"error":{"message":"Oops","type":"server_error","param":null,"code":null}}""", WorkflowErrorCodes.ProviderFailed, true },
        { 501, "", WorkflowErrorCodes.ProviderFailed, false },
        { 503, "<html>busy</html>", WorkflowErrorCodes.ProviderFailed, true },
        { 529, """{"type":"overloaded_error"}""", WorkflowErrorCodes.ProviderFailed, true },
        { 202, "", WorkflowErrorCodes.ProviderFailed, true },
        { 307, "", WorkflowErrorCodes.RequestRefused, false },

        // Azure
        { 401, """{"error":{"code":"401","message":"Access denied due to invalid subscription key."}}""", WorkflowErrorCodes.Unauthorized, false },
        { 404, """{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}""", WorkflowErrorCodes.ModelNotFound, false },
        { 404, """{"error":{"code":"404","message":"Resource not found"}}""", WorkflowErrorCodes.RequestRefused, false },
        { 429, """{"error":{"code":"429","message":"Requests have exceeded the token rate limit."}}""", WorkflowErrorCodes.RateLimited, true },
        { 400, """{"error":{"code":"content_filter","message":"Filtered","innererror":{"code":"ResponsibleAIPolicyViolation"}}}""", WorkflowErrorCodes.ContentFiltered, false },
        { 400, """{"error":{"code":null,"message":"Filtered","innererror":{"code":"ResponsibleAIPolicyViolation"}}}""", WorkflowErrorCodes.ContentFiltered, false },

        // Compatible endpoints
        { 404, """{"object":"error","message":"The model `gpt-test` does not exist.","type":"NotFoundError","param":null,"code":404}""", WorkflowErrorCodes.ModelNotFound, false },
        { 404, """{"error":"model \"gpt-test\" not found, try pulling it first"}""", WorkflowErrorCodes.ModelNotFound, false },
        { 404, """{"detail":"Not Found"}""", WorkflowErrorCodes.RequestRefused, false },
        { 402, """{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}""", WorkflowErrorCodes.QuotaExceeded, false },
        { 400, """[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]""", WorkflowErrorCodes.Unauthorized, false },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Every_error_answer_has_one_code(int status, string body, string code, bool isTransient)
    {
        var fault = await Faults.OfAnswerAsync(CannedTransport.Answering(status, body).Chat());

        Assert.Equal((code, isTransient, (int?)status), (fault.Code, fault.IsTransient, fault.StatusCode));
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_stream_that_is_refused_has_the_same_code(int status, string body, string code, bool isTransient)
    {
        var fault = await Faults.OfStreamAsync(CannedTransport.Answering(status, body).Chat());

        Assert.Equal((code, isTransient, (int?)status), (fault.Code, fault.IsTransient, fault.StatusCode));
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Embeddings_that_are_refused_have_the_same_code(int status, string body, string code, bool isTransient)
    {
        // A model that the body does not name: the tables speak of the chat model.
        var embeddings = CannedTransport.Answering(status, body.Replace("gpt-test", "embedding-test", StringComparison.Ordinal)).Embeddings();
        var fault = await Assert.ThrowsAsync<ModelCallException>(() => embeddings.GenerateAsync(["a"], cancellationToken: Token));

        Assert.Equal((code, isTransient, (int?)status), (fault.Code, fault.IsTransient, fault.StatusCode));
    }

    [Fact]
    public async Task The_errors_code_and_parameter_are_told()
    {
        var fault = await Faults.OfAnswerAsync(CannedTransport.Answering(400, """{"error":{"message":"m","type":"t","param":"messages[0].content","code":"context_length_exceeded"}}""").Chat());

        Assert.Contains("(HTTP 400, context_length_exceeded, parameter messages[0].content)", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPPER CASE AND SPACES")]
    [InlineData("a_code_with_00000000_digits")]
    [InlineData("line\nbreak")]
    [InlineData("a_code_that_is_much_longer_than_any_code_of_any_provider_has_ever_been_so_far")]
    public async Task A_code_that_looks_like_anything_else_is_not_told(string code)
    {
        var body = $$$"""{"error":{"message":"m","type":null,"param":null,"code":{{{System.Text.Json.JsonSerializer.Serialize(code)}}}}}""";
        var fault = await Faults.OfAnswerAsync(CannedTransport.Answering(400, body).Chat());

        Assert.Contains("(HTTP 400)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_that_repeats_the_key_is_not_told()
    {
        CannedTransport? transport = null;
        transport = new CannedTransport(_ => CannedTransport.Response(400, $$$"""{"error":{"code":"{{{transport!.Key[4..14]}}}","param":"{{{transport.Key[^8..]}}}"}}""", "application/json"));
        var fault = await Faults.OfAnswerAsync(transport.Chat());

        Assert.Contains("(HTTP 400)", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x-request-id", "req_0123456789abcdef")]
    [InlineData("apim-request-id", "b2b9f6a2-4f6b-4a8e-9d51-0c6f1f2f9d55")]
    public async Task The_providers_request_id_is_kept(string header, string id)
    {
        var fault = await Faults.OfAnswerAsync(CannedTransport.Answering(500, "", (header, id)).Chat());

        Assert.Equal(id, fault.ProviderRequestId);
    }

    [Fact]
    public async Task A_request_id_that_repeats_the_key_is_dropped()
    {
        CannedTransport? transport = null;
        transport = new CannedTransport(_ => CannedTransport.Response(500, "", "application/json", ("x-request-id", "req-" + transport!.Key)));
        var fault = await Faults.OfAnswerAsync(transport.Chat());

        Assert.Null(fault.ProviderRequestId);
    }

    [Fact]
    public async Task A_key_that_the_provider_does_not_know_is_unauthorized()
    {
        await using var scene = await Scene.StartAsync();
        var fault = await Faults.OfAnswerAsync(scene.Chat(key: Scene.NewKey()));

        Assert.Equal((WorkflowErrorCodes.Unauthorized, false, (int?)401), (fault.Code, fault.IsTransient, fault.StatusCode));
        Assert.Contains("invalid_api_key", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_the_server_does_not_have_is_named()
    {
        await using var scene = await Scene.StartAsync(server: options => options.Models.Add("another"));
        var fault = await Faults.OfAnswerAsync(scene.Chat(model: "gpt-absent"));

        Assert.Equal(WorkflowErrorCodes.ModelNotFound, fault.Code);
        Assert.Contains("'gpt-absent'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_that_the_server_asks_for_is_told()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.FailNext(ModelServerFault.RateLimited(TimeSpan.FromMilliseconds(1500)));
        var fault = await Faults.OfAnswerAsync(scene.Chat());

        Assert.Equal((WorkflowErrorCodes.RateLimited, (TimeSpan?)TimeSpan.FromMilliseconds(1500)), (fault.Code, fault.RetryAfter));
    }

    [Fact]
    public async Task A_used_up_quota_is_no_rate_limit()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.FailNext(ModelServerFault.InsufficientQuota());
        var fault = await Faults.OfAnswerAsync(scene.Chat());

        Assert.Equal((WorkflowErrorCodes.QuotaExceeded, false), (fault.Code, fault.IsTransient));
    }

    [Fact]
    public async Task Azures_content_filter_is_told_apart()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.FailNext(ModelServerFault.ContentFiltered());
        var fault = await Faults.OfAnswerAsync(scene.Chat(endpoint: scene.Server.AzureEndpoint));

        Assert.Equal((WorkflowErrorCodes.ContentFiltered, false), (fault.Code, fault.IsTransient));
    }
}
