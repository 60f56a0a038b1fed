using System.Text.Json;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>Reads many clients: each a profile and, if wanted, a token.</summary>
internal static class ClientFields
{
    private const int MostClients = 5_000;

    private static readonly string[] Bulk = ["clients"];

    private static readonly string[] Client = ["profile", "token"];

    /// <summary>Reads a text that is no body of a request.</summary>
    /// <exception cref="ApiErrorException">It is malformed. Nothing of it is repeated.</exception>
    public static List<ClientDraft> Parse(byte[] text) => JsonBody.Parse(text, Read);

    /// <summary>What is wrong with one entry does not hide what is wrong with the next: all is told at once.</summary>
    public static List<ClientDraft> Read(ref Utf8JsonReader reader)
    {
        List<ClientDraft>? clients = null;
        List<EntryProblem> problems = [];
        var members = new StrictObject(ref reader, Bulk, "The body");
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
        var members = new StrictObject(ref reader, Client, "A client");
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
