using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Wire;

namespace KeyedWorkflows.Client;

/// <summary>Writes the request of a run.</summary>
internal static class RequestWriter
{
    private const string NoUser = "keyedworkflows-client";

    /// <summary>Writes a request; the last argument says the upload of each of the input's files.</summary>
    /// <exception cref="WorkflowRunException">The input cannot be written.</exception>
    public static RunRequest Write<TInput, TOutput>(
        WorkflowDefinition<TInput, TOutput> workflow, TInput input, in RunCredentials credentials, RunOptions? options, WorkflowClientOptions client, Func<WorkflowFile, string> uploadIdOf)
    {
        var user = UserOf(options, client);
        var inputs = WriteInput(workflow, input, uploadIdOf);
        var text = new ArrayBufferWriter<byte>(inputs.Length + 256);
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("inputs"u8);
            writer.WriteRawValue(inputs, skipInputValidation: true);
            writer.WriteString("user"u8, user);
            writer.WriteString("response_mode"u8, "streaming"u8);

            // A connection that breaks is taken up again; who wants the run to end says so.
            writer.WriteString("on_disconnect"u8, "continue"u8);
            WriteCredentials(writer, workflow, credentials);
            WriteOptions(writer, options);
            writer.WriteEndObject();
        }
        return new(text.WrittenSpan.ToArray(), user);
    }

    public static string UserOf(RunOptions? options, WorkflowClientOptions client) => options?.EndUser ?? client.EndUser ?? NoUser;

    /// <summary>The files that an input holds, each once.</summary>
    public static List<WorkflowFile> FilesOf<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input)
    {
        var files = new List<WorkflowFile>();
        WriteInput(workflow, input, file =>
        {
            if (!files.Any(known => ReferenceEquals(known, file)))
                files.Add(file);
            return "";
        });
        return files;
    }

    private static ReadOnlySpan<byte> WriteInput<TInput, TOutput>(WorkflowDefinition<TInput, TOutput> workflow, TInput input, Func<WorkflowFile, string> uploadIdOf)
    {
        var text = new ArrayBufferWriter<byte>(256);
        try
        {
            var type = TypeOf(workflow, typeof(TInput));
            OutgoingFileConverter.Write(uploadIdOf, () =>
            {
                using var writer = new Utf8JsonWriter(text, new() { MaxDepth = WireJson.MaxDepth });
                WireJson.WriteObject(writer, input, type);
                return true;
            });
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NotSupportedException)
        {
            // What the serializer says may repeat what it was given.
            throw new WorkflowRunException(WorkflowErrorCodes.InvalidInput, $"The input of workflow '{workflow.Name}' cannot be written as JSON ({error.GetType().Name}): a secret or file of it was read back from JSON, it is deeper than {WireJson.MaxDepth} levels, or a type of it has no JSON.") { Workflow = workflow.Name };
        }
        return text.WrittenSpan;
    }

    public static JsonTypeInfo TypeOf(WorkflowDefinition workflow, Type type)
    {
        try
        {
            return WireJson.ForClient(workflow.Json).GetTypeInfo(type);
        }
        catch (NotSupportedException)
        {
            throw new WorkflowRunException(WorkflowErrorCodes.HostMisconfigured, $"There is no JSON metadata for {type}. Add it to the context that [assembly: WorkflowJson(...)] names.") { Workflow = workflow.Name };
        }
    }

    private static void WriteCredentials(Utf8JsonWriter writer, WorkflowDefinition workflow, in RunCredentials credentials)
    {
        if (!credentials.IsGiven)
            return;
        if (credentials.IsForAllSlots)
        {
            credentials.TryGet(0, out var single);
            Write(writer, single);
            return;
        }
        writer.WriteStartObject("credentials"u8);
        for (var slot = 0; slot < workflow.Slots.Count; slot++)
        {
            if (!credentials.TryGet(slot, out var given))
                continue;
            writer.WriteStartObject(workflow.Slots[slot].Name);
            Write(writer, given);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, in Credential credential)
    {
        switch (credential.Kind)
        {
            case CredentialKind.Profile:
                writer.WriteString("credential_profile"u8, credential.Text);
                break;
            case CredentialKind.Id:
                writer.WriteString("credential_id"u8, credential.Text);
                break;
            case CredentialKind.Tenant:
                writer.WriteString("credential_tenant"u8, credential.Text);
                break;
            case CredentialKind.ApiKey:
                writer.WriteString("api_key"u8, credential.Key!.Reveal());
                break;
            default:
                throw new InvalidOperationException("A credential that cannot be used was to be sent.");
        }
    }

    private static void WriteOptions(Utf8JsonWriter writer, RunOptions? options)
    {
        if (options is null || options is { Tenant: null, Labels.Count: 0, MaxDuration: null, MaxTokens: null, MaxCalls: null, MaxWait: null })
            return;
        writer.WriteStartObject("options"u8);
        if (options.Tenant is { } tenant)
            writer.WriteString("tenant"u8, tenant);
        if (options.Labels.Count > 0)
        {
            writer.WriteStartObject("labels"u8);
            foreach (var (name, value) in options.Labels)
                writer.WriteString(name, value);
            writer.WriteEndObject();
        }
        if (options.MaxDuration is { } duration)
            writer.WriteNumber("max_duration_seconds"u8, duration.TotalSeconds);
        if (options.MaxTokens is { } tokens)
            writer.WriteNumber("max_tokens"u8, tokens);
        if (options.MaxWait is { } wait && wait > TimeSpan.Zero)
            writer.WriteNumber("max_wait_seconds"u8, wait.TotalSeconds);
        if (options.MaxCalls is { } calls)
            writer.WriteNumber("max_calls"u8, calls);
        writer.WriteEndObject();
    }
}
