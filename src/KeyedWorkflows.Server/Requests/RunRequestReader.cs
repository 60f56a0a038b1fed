using System.Text.Json;
using KeyedWorkflows.Wire;

namespace KeyedWorkflows.Server;

/// <summary>Reads a request for a run, or for its explanation.</summary>
internal static class RunRequestReader
{
    private const int MaxUser = 255;
    private const int MaxLabels = 32;
    private const int MaxLabel = 256;
    private const int MaxCallback = 2048;

    /// <summary>What is wrong with the name of a caller's user, in a run and with an upload alike.</summary>
    public static ApiError? FaultOfUser(string user) => user.Length is 0 or > MaxUser || HiddenCharacters.AreIn(user)
        ? ApiError.InvalidParam($"Field 'user' must be 1 to {MaxUser} characters without control characters, or others that show nothing.")
        : KeyFormats.LooksLikeKey(user)
        ? ApiError.InvalidParam("Field 'user' is a key. It is kept with what is asked for, and shown: give a text by which you know your user, and replace the key.")
        : null;

    private static readonly string[] Fields =
    [
        "inputs", "user", "response_mode", "files", "credential_profile", "credential_id", "credential_tenant", "api_key", "credentials", "options", "on_disconnect", "callback_url",
    ];

    private static readonly string[] CredentialFields = ["credential_profile", "credential_id", "credential_tenant", "api_key"];

    private static readonly string[] OptionFields = ["tenant", "labels", "max_duration_seconds", "max_tokens", "max_calls", "max_wait_seconds"];

    public static RunRequest Read(byte[] body)
    {
        try
        {
            return ReadBody(body);
        }
        catch (JsonException error)
        {
            throw ApiError.InvalidParam($"The body is not valid JSON, or deeper than {WireJson.MaxDepth} levels: line {error.LineNumber + 1}, byte {error.BytePositionInLine}.").ToException();
        }
        catch (InvalidOperationException)
        {
            // A text that is no text: half of a surrogate pair.
            throw ApiError.InvalidParam("The body holds a text that is not valid Unicode.").ToException();
        }
    }

    private static RunRequest ReadBody(byte[] body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = WireJson.MaxDepth });
        reader.Read();
        var fields = new StrictObject(ref reader, Fields, "The body");
        Range? inputs = null, files = null;
        string? user = null;
        var mode = ResponseMode.Blocking;
        var stops = false;
        Uri? callback = null;
        Credential? credential = null;
        Dictionary<string, Credential>? credentials = null;
        var options = new RunOptions();
        while (fields.Next(ref reader) is { } field)
        {
            switch (field)
            {
                case "inputs":
                    if (reader.TokenType != JsonTokenType.StartObject)
                        throw WrongType("inputs", "an object");
                    inputs = Skip(ref reader);
                    break;
                case "user":
                    user = ReadText(ref reader, "user");
                    if (FaultOfUser(user) is { } fault)
                        throw fault.ToException();
                    break;
                case "response_mode":
                    mode = ReadText(ref reader, "response_mode") switch
                    {
                        "blocking" => ResponseMode.Blocking,
                        "streaming" => ResponseMode.Streaming,
                        "async" => ResponseMode.Async,
                        _ => throw ApiError.InvalidParam("Field 'response_mode' must be blocking, streaming or async.").ToException(),
                    };
                    break;
                case "files":
                    if (reader.TokenType == JsonTokenType.Null)
                        break;
                    if (reader.TokenType != JsonTokenType.StartArray)
                        throw WrongType("files", "a list or null");
                    files = Skip(ref reader);
                    break;
                case "credentials":
                    credentials = ReadCredentials(ref reader);
                    break;
                case "options":
                    options = ReadOptions(ref reader);
                    break;
                case "on_disconnect":
                    stops = ReadText(ref reader, "on_disconnect") switch
                    {
                        "continue" => false,
                        "stop" => true,
                        _ => throw ApiError.InvalidParam("Field 'on_disconnect' must be continue or stop.").ToException(),
                    };
                    break;
                case "callback_url":
                    callback = ReadCallback(ref reader);
                    break;
                default:
                    credential = credential is null ? ReadCredential(ref reader, field) : throw SeveralCredentials();
                    break;
            }
        }
        if (reader.Read())
            throw ApiError.InvalidParam("After the body's object there is more.").ToException();
        if (credential is not null && credentials is not null)
            throw SeveralCredentials();
        if (options.Labels.SelectMany(static label => new[] { label.Key, label.Value }).Any(KeyFormats.LooksLikeKey))
            throw ApiError.InvalidParam("Field 'options.labels' holds a key. Labels are kept with the run, and shown: leave it out, and replace the key.").ToException();
        return new RunRequest
        {
            Body = body,
            Inputs = inputs ?? throw ApiError.InvalidParam("Field 'inputs' is missing: an object, {} where the workflow takes nothing.").ToException(),
            Files = files,
            User = user ?? throw ApiError.InvalidParam("Field 'user' is missing: a text by which you know your user.").ToException(),
            Mode = mode,
            StopsOnDisconnect = stops,
            Callback = callback,
            Credential = credential,
            Credentials = credentials,
            Options = options with { EndUser = user },
        };
    }

    private static Range Skip(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }

    private static string ReadText(ref Utf8JsonReader reader, string field) => reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw WrongType(field, "a text");

    /// <summary>What is given and cannot be used is refused where credentials are chosen: it is never taken for "not given".</summary>
    private static Credential ReadCredential(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
            throw WrongType(field, "a text");
        var text = reader.GetString();
        return field switch
        {
            "credential_profile" => Credential.Profile(text),
            "credential_id" => Credential.Id(text),
            "credential_tenant" => Credential.Tenant(text),
            _ => text is not null && Secret.IsFingerprint(text) ? default : Credential.ApiKey(text),
        };
    }

    private static Dictionary<string, Credential> ReadCredentials(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw WrongType("credentials", "an object with one member for each slot");
        var bySlot = new Dictionary<string, Credential>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var slot = reader.GetString()!;
            reader.Read();
            var fields = new StrictObject(ref reader, CredentialFields, "A slot's value in field 'credentials'");
            Credential? credential = null;
            while (fields.Next(ref reader) is { } field)
                credential = credential is null ? ReadCredential(ref reader, field) : throw SeveralCredentials();
            if (!bySlot.TryAdd(slot, credential ?? throw ApiError.InvalidParam("A slot's value in field 'credentials' is empty. Give one of credential_profile, credential_id, credential_tenant and api_key, or leave the slot out.").ToException()))
                throw ApiError.InvalidParam("Field 'credentials' names a slot twice.").ToException();
        }
        return bySlot;
    }

    private static RunOptions ReadOptions(ref Utf8JsonReader reader)
    {
        var fields = new StrictObject(ref reader, OptionFields, "Field 'options'");
        var options = new RunOptions();
        while (fields.Next(ref reader) is { } field)
        {
            options = field switch
            {
                "tenant" => options with { Tenant = ReadText(ref reader, "options.tenant") },
                "labels" => options with { Labels = ReadLabels(ref reader) },
                "max_duration_seconds" => options with { MaxDuration = ReadDuration(ref reader, "options.max_duration_seconds") },
                "max_wait_seconds" => options with { MaxWait = ReadDuration(ref reader, "options.max_wait_seconds") },
                "max_tokens" => options with { MaxTokens = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var tokens) && tokens >= 0 ? tokens : throw WrongType("options.max_tokens", "a whole number that is not negative") },
                _ => options with { MaxCalls = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var calls) && calls >= 0 ? calls : throw WrongType("options.max_calls", "a whole number that is not negative") },
            };
        }
        return options;
    }

    private static TimeSpan ReadDuration(ref Utf8JsonReader reader, string field) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var seconds) && seconds is > 0 and < 1e9 && TimeSpan.FromSeconds(seconds) is var duration && duration > TimeSpan.Zero
            ? duration
            : throw WrongType(field, "a number above 0");

    private static Dictionary<string, string> ReadLabels(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw WrongType("options.labels", "an object of texts");
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var value = ReadText(ref reader, "options.labels");
            if (name.Length is 0 or > MaxLabel || value.Length > MaxLabel || labels.Count == MaxLabels || !labels.TryAdd(name, value))
                throw ApiError.InvalidParam($"Field 'options.labels' takes {MaxLabels} labels of {MaxLabel} characters, each name once.").ToException();
        }
        return labels;
    }

    private static Uri ReadCallback(ref Utf8JsonReader reader)
    {
        var text = ReadText(ref reader, "callback_url");
        if (text.Length > MaxCallback || !Uri.TryCreate(text, UriKind.Absolute, out var url))
            throw ApiError.InvalidParam($"Field 'callback_url' is not an absolute address of {MaxCallback} characters at most.").ToException();

        // What is kept is the encoded address, which may be several times as long: one that was cut would be another.
        if (url.AbsoluteUri.Length > MaxCallback)
            throw ApiError.InvalidParam($"The address in field 'callback_url' is longer than {MaxCallback} characters when it is percent-encoded.").ToException();
        return EgressUrlRules.Fault(url) is { } fault ? throw ApiError.InvalidParam($"The address in field 'callback_url' {fault}").ToException() : url;
    }

    private static ApiErrorException WrongType(string field, string type) => ApiError.InvalidParam($"Field '{field}' must be {type}.").ToException();

    private static ApiErrorException SeveralCredentials() => ApiError.InvalidParam("The request selects credentials in two ways. Give one of credential_profile, credential_id, credential_tenant, api_key and credentials.").ToException();
}
