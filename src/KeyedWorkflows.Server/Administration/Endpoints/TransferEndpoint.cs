using System.Text;
using System.Text.Json;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>Many profiles at once: <c>/export</c>, <c>/import</c> and <c>/bulk</c>.</summary>
internal sealed class TransferEndpoint(Operators operators, TimeProvider time)
{
    /// <summary>The longest body, in bytes.</summary>
    public const int MaxBodyBytes = 16 * 1024 * 1024;

    private const int MostClients = 5_000;

    private static readonly string[] BulkFields = ["clients"];

    private static readonly string[] ClientFields = ["profile", "token"];

    public async Task ExportAsync(HttpContext http)
    {
        var text = Encoding.UTF8.GetBytes(await operators.Profiles(http).ExportAsync(http.RequestAborted).ConfigureAwait(false));
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = text.Length;
        await http.Response.Body.WriteAsync(text, http.RequestAborted).ConfigureAwait(false);
    }

    public async Task ImportAsync(HttpContext http)
    {
        var text = Encoding.UTF8.GetString(await RequestBody.ReadAsync(http, MaxBodyBytes).ConfigureAwait(false));
        var result = await operators.Profiles(http).ImportAsync(text, http.RequestAborted).ConfigureAwait(false);
        await JsonAnswer.WriteAsync(http, 200, result, static (writer, result) =>
        {
            writer.WriteStartObject();
            AdministrationJson.WriteTexts(writer, "created", result.Created);
            AdministrationJson.WriteTexts(writer, "skipped", result.Skipped);
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    public async Task BulkAsync(HttpContext http)
    {
        var clients = await JsonBody.ReadAsync(http, MaxBodyBytes, ReadClients).ConfigureAwait(false);
        var created = await operators.Profiles(http).CreateClientsAsync(clients, http.RequestAborted).ConfigureAwait(false);
        var now = time.GetUtcNow();
        await JsonAnswer.WriteAsync(http, 201, created, (writer, created) =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("profiles"u8, created.Count);
            writer.WriteNumber("tokens"u8, created.Count(static client => client.Token is not null));
            writer.WriteStartArray("clients"u8);
            foreach (var client in created)
            {
                writer.WriteStartObject();
                writer.WritePropertyName("profile"u8);
                AdministrationJson.Write(writer, client.Profile);
                writer.WritePropertyName("token"u8);
                if (client.Token is { } token)
                    AdministrationJson.Write(writer, token.Token, now, token.Value, token.CallbackSecret);
                else
                    writer.WriteNullValue();
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    /// <summary>What is wrong with one entry does not hide what is wrong with the next: all is told at once.</summary>
    private static List<ClientDraft> ReadClients(ref Utf8JsonReader reader)
    {
        List<ClientDraft>? clients = null;
        List<EntryProblem> problems = [];
        var members = new StrictObject(ref reader, BulkFields, "The body");
        while (members.Next(ref reader) is not null)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                throw JsonField.Wrong("clients", "a list");
            clients = [];
            for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                if (index == MostClients)
                    throw JsonField.Wrong("clients", $"a list of {MostClients} clients at most");
                var start = reader;
                var part = "profile";
                try
                {
                    clients.Add(ReadClient(ref reader, ref part));
                }
                catch (ApiErrorException error)
                {
                    problems.Add(new EntryProblem(index, part, error.Error.Code, error.Error.Message));
                    reader = start;
                    reader.Skip();
                }
            }
        }
        if (clients is null || (clients.Count == 0 && problems.Count == 0))
            throw JsonField.Missing("clients", "a list of at least one client");
        return problems.Count == 0 ? clients : throw AdministrationErrors.Bulk(problems).ToException();
    }

    private static ClientDraft ReadClient(ref Utf8JsonReader reader, ref string part)
    {
        ProfileDraft? profile = null;
        TokenDraft? token = null;
        var members = new StrictObject(ref reader, ClientFields, "A client");
        while (members.Next(ref reader) is { } field)
        {
            part = field;
            if (field == "profile")
                profile = ProfileFields.Read(ref reader, "Field 'profile'").ToDraft();
            else if (reader.TokenType != JsonTokenType.Null)
                token = TokenFields.Read(ref reader, "Field 'token'").ToDraft();
        }
        part = "profile";
        return new ClientDraft { Profile = profile ?? throw JsonField.Missing("profile", "the client's profile"), Token = token };
    }
}
