using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using KeyedWorkflows.Wire;

namespace KeyedWorkflows.Server;

/// <summary>What of a request is kept with its run, and shown.</summary>
internal static class KeptTexts
{
    /// <summary>Refuses a request that repeats there a key that is given for the run: in a field for keys, or in its input. Such a key may be of no known form, and is known by being given.</summary>
    /// <param name="request">The request.</param>
    /// <param name="keysOfInput">The keys that its input holds where its type has a place for them.</param>
    /// <param name="input">The input, as it was read.</param>
    /// <param name="type">How the input is written. Its own keys are written as fingerprints.</param>
    /// <param name="files">The files that the input refers to. Their names are kept.</param>
    /// <exception cref="ApiErrorException">It does.</exception>
    public static void RefuseKeys(RunRequest request, IReadOnlyList<Secret> keysOfInput, object input, JsonTypeInfo type, IReadOnlyList<FileReference> files)
    {
        Secret[] keys = [.. keysOfInput, .. KeysOf(request)];
        if (keys.Length == 0)
            return;
        var given = new SecretScrubber(keys);
        Refuse("user", given.IsIn(request.User));
        Refuse("options.labels", request.Options.Labels.Any(label => given.IsIn(label.Key) || given.IsIn(label.Value)));
        Refuse("options.tenant", request.Options.Tenant is { } tenant && given.IsIn(tenant));

        // It is kept as it is called, where what was percent-encoded without need is not.
        Refuse("callback_url", request.Callback is { } callback && (given.IsIn(callback.OriginalString) || given.IsIn(callback.AbsoluteUri)));

        // A file that is fetched is called by its address's path, as it reads without escapes.
        Refuse("inputs", (Written(input, type) is { } text && given.IsIn(text)) || files.Any(file => file.Url is { } url && (given.IsIn(url) || given.IsIn(Uri.UnescapeDataString(url)))));
    }

    private static IEnumerable<Secret> KeysOf(RunRequest request)
    {
        if (request.Credential is { Key: { } single })
            yield return single;
        foreach (var credential in request.Credentials?.Values ?? [])
        {
            if (credential.Key is { } key)
                yield return key;
        }
    }

    private static void Refuse(string field, bool holdsKey)
    {
        if (holdsKey)
            throw ApiError.InvalidParam($"Field '{field}' holds a key that is given for this run. It is kept with the run, and shown: leave the key out there, and replace it.").ToException();
    }

    /// <summary>An input as it is kept; null where its type cannot be written: then it is not kept either.</summary>
    private static string? Written(object input, JsonTypeInfo type)
    {
        try
        {
            using var text = new PooledText();
            using (var writer = new Utf8JsonWriter(text, JsonAnswer.Writing))
                WireJson.WriteObject(writer, input, type);
            return Encoding.UTF8.GetString(text.Written.Span);
        }
        catch (Exception)
        {
            // Whatever its own converter or property throws.
            return null;
        }
    }
}
