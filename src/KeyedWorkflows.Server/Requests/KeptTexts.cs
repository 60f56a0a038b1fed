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
    /// <param name="input">Its input.</param>
    /// <param name="type">How the input is written. Its own keys are written as fingerprints.</param>
    /// <exception cref="ApiErrorException">It does.</exception>
    public static void RefuseKeys(RunRequest request, RequestInput input, JsonTypeInfo type)
    {
        if (input.Keys.Count == 0)
            return;
        var given = new SecretScrubber(input.Keys);
        Refuse("user", given.IsIn(request.User));
        Refuse("options.labels", request.Options.Labels.Any(label => given.IsIn(label.Key) || given.IsIn(label.Value)));
        Refuse("options.tenant", request.Options.Tenant is { } tenant && given.IsIn(tenant));

        // It is kept as it is called, where what was percent-encoded without need is not; whoever is shown it may read it without any of that.
        Refuse("callback_url", request.Callback is { } callback && (given.IsIn(callback.OriginalString) || given.IsIn(callback.AbsoluteUri) || given.IsIn(Uri.UnescapeDataString(callback.AbsoluteUri))));

        // Whoever is asked for a file is sent its address.
        Refuse("inputs", (Written(input.Value, type) is { } text && given.IsIn(text)) || input.Files.Any(file => file.Url is { } url && (given.IsIn(url) || given.IsIn(Uri.UnescapeDataString(url)))));
    }

    /// <summary>Refuses a request of which a file is called by a key that is given for the run. Its name is kept, and is known once the file is there.</summary>
    /// <param name="input">The input, with its files.</param>
    /// <exception cref="ApiErrorException">One is.</exception>
    public static void RefuseFileNames(RequestInput input)
    {
        if (input.Keys.Count == 0 || input.Files.Count == 0)
            return;
        var given = new SecretScrubber(input.Keys);
        Refuse("inputs", input.Files.Any(file => given.IsIn(file.File.Name)));
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
