using System.Buffers;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KeyedWorkflows.Testing;

/// <summary>Takes requests from Kestrel: who asks, what for, and by what it is answered.</summary>
internal sealed class ModelServerApplication(ModelServer server) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }
    public async Task ProcessRequestAsync(HttpContext context)
    {
        byte[] body;
        try
        {
            body = await ReadBodyAsync(context.Request).ConfigureAwait(false);
        }
        catch (BadHttpRequestException exception)
        {
            context.Response.StatusCode = exception.StatusCode;
            return;
        }

        var key = KeyOf(context.Request);
        var account = key.IsEmpty ? Nobody : server.Keys.Account(key);
        var request = Describe(context, account.Key, body);
        context.Response.Headers["x-request-id"] = string.Create(null, $"req_{request.Number}");
        RequestReader.Read(request);
        account.CountRequest();
        request.Refused = !account.Accepted;
        server.Record(request);

        Exchange exchange = new(server, context, request, account);
        try
        {
            server.Options.OnRequest?.Invoke(request);
            await AnswerAsync(exchange).ConfigureAwait(false);
        }
        catch (ConnectionCutException)
        {
            exchange.CountFailure();
            throw;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || server.Stopping.IsCancellationRequested)
        {
            exchange.CountFailure();
            context.Abort();
        }
        catch (UnsatisfiableSchemaException exception)
        {
            exchange.CountFailure();
            await exchange.SendAsync(400, ErrorEnvelope.Write(exception.Message, "invalid_request_error", null, "response_format")).ConfigureAwait(false);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            exchange.CountFailure();
            var what = $"A callback of the test threw {exception.GetType().Name}: {exception.Message}";
            await exchange.SendAsync(500, ErrorEnvelope.Write(Hide(what, account.Key), "server_error", "callback_failed")).ConfigureAwait(false);
        }
    }

    private static KeyAccount Nobody => new("");

    private static async ValueTask AnswerAsync(Exchange exchange)
    {
        var (server, request) = (exchange.Server, exchange.Request);
        if (request.Refused)
        {
            server.CountRefusal();
            exchange.Account.CountRefusal();
            await exchange.SendAsync(401, ErrorEnvelope.Unauthorized(request.Key, server.Options.EchoRefusedKeys)).ConfigureAwait(false);
            return;
        }

        if (Rejection(exchange) is var (status, envelope))
        {
            exchange.CountFailure();
            await exchange.SendAsync(status, envelope).ConfigureAwait(false);
            return;
        }

        var answer = server.AnswerByRule(request);
        if (answer is { Upstream: { } upstream })
            answer = (await upstream.AskAsync(request, exchange.Http.RequestAborted).ConfigureAwait(false)).WaitingLike(answer);
        if (answer is not null && (answer.Delay > TimeSpan.Zero || answer.Gate is not null))
            await exchange.HoldAsync(answer, begun: false).ConfigureAwait(false);

        if (answer is { Fault: { } fault })
            await FaultResponse.SendAsync(exchange, fault).ConfigureAwait(false);
        else if (request.Operation == ModelOperation.Models)
            await ModelsResponse.SendAsync(exchange).ConfigureAwait(false);
        else if (request.Operation == ModelOperation.Embeddings)
            await EmbeddingsResponse.SendAsync(exchange, answer).ConfigureAwait(false);
        else
            await SendChatAsync(exchange, answer).ConfigureAwait(false);
    }

    private static async ValueTask SendChatAsync(Exchange exchange, ModelAnswer? answer)
    {
        if (answer is null)
        {
            answer = AnswerWithoutRule.For(exchange.Request, exchange.Server.Default);
            if (answer.Fault is { } fault)
            {
                await FaultResponse.SendAsync(exchange, fault).ConfigureAwait(false);
                return;
            }

            if (answer.Delay > TimeSpan.Zero || answer.Gate is not null)
                await exchange.HoldAsync(answer, begun: false).ConfigureAwait(false);
        }

        if (exchange.Request.IsStreaming)
            await ChatStream.SendAsync(exchange, answer).ConfigureAwait(false);
        else
            await ChatCompletion.SendAsync(exchange, answer).ConfigureAwait(false);
    }

    private static (int Status, JsonScratch Envelope)? Rejection(Exchange exchange)
    {
        var request = exchange.Request;
        if (request.Operation == ModelOperation.Unknown)
        {
            return (404, ErrorEnvelope.Write($"Unknown request URL: {request.Method} {request.Path}.", "invalid_request_error", "unknown_url"));
        }

        if (request.Invalid is { } reason)
            return (400, ErrorEnvelope.Write(reason, "invalid_request_error", null));
        if (request.Model.Length > 0 && !exchange.Server.Knows(request.Model))
            return (404, ErrorEnvelope.ModelNotFound(request.Model));
        return null;
    }

    private ModelRequest Describe(HttpContext context, string key, byte[] body)
    {
        var sent = context.Request.Headers;
        var headers = new KeyValuePair<string, string>[sent.Count];
        var i = 0;
        foreach (var (name, value) in sent)
            headers[i++] = new(name, value.ToString());
        var path = context.Request.Path.Value ?? "";
        var (operation, model) = Route(context.Request.Method, path);
        return new ModelRequest(server.NextNumber(), key, context.Connection.Id, context.Request.Method, path, headers, body)
        {
            Operation = operation,
            Model = model,
        };
    }

    private static (ModelOperation Operation, string Model) Route(string method, string path)
    {
        var rest = path.AsSpan();
        if (rest.StartsWith("/openai/v1/", StringComparison.Ordinal))
            rest = rest["/openai/v1/".Length..];
        else if (rest.StartsWith("/v1/", StringComparison.Ordinal))
            rest = rest["/v1/".Length..];
        else
            return (ModelOperation.Unknown, "");

        if (HttpMethods.IsPost(method))
        {
            return rest switch
            {
                "chat/completions" => (ModelOperation.Chat, ""),
                "embeddings" => (ModelOperation.Embeddings, ""),
                _ => (ModelOperation.Unknown, ""),
            };
        }

        if (!HttpMethods.IsGet(method))
            return (ModelOperation.Unknown, "");
        if (rest is "models")
            return (ModelOperation.Models, "");
        return rest.StartsWith("models/", StringComparison.Ordinal) ? (ModelOperation.Models, rest["models/".Length..].ToString()) : (ModelOperation.Unknown, "");
    }

    private static ReadOnlySpan<char> KeyOf(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var authorization = request.Headers.Authorization.ToString().AsSpan();
        return authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? authorization[scheme.Length..].Trim()
            : request.Headers["api-key"].ToString().AsSpan().Trim();
    }

    private static async ValueTask<byte[]> ReadBodyAsync(HttpRequest request)
    {
        if (request.ContentLength == 0)
            return [];
        while (true)
        {
            var read = await request.BodyReader.ReadAsync().ConfigureAwait(false);
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static string Hide(string text, string key) => key.Length == 0 ? text : text.Replace(key, "[key]", StringComparison.Ordinal);
}
