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
    public static ReadClients Parse(byte[] text) => JsonBody.Parse(text, Read);

    /// <summary>What is wrong with one entry, or with one part of it, does not hide what is wrong with the next: all is told at once.</summary>
    public static ReadClients Read(ref Utf8JsonReader reader)
    {
        List<PartialClient>? clients = null;
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
                try
                {
                    clients.Add(ReadClient(ref reader, index, problems));
                }
                catch (ApiErrorException error)
                {
                    problems.Add(ProblemOf(index, "profile", error));
                    clients.Add(default);
                    reader = start;
                    reader.Skip();
                }
            }
        }
        return clients is { Count: > 0 } ? new ReadClients(clients, problems) : throw JsonField.Missing("clients", "a list of at least one client");
    }

    private static PartialClient ReadClient(ref Utf8JsonReader reader, int index, List<EntryProblem> problems)
    {
        ProfileDraft? profile = null;
        TokenDraft? token = null;
        var isGiven = false;
        var members = new StrictObject(ref reader, Client, "A client");
        while (members.Next(ref reader) is { } field)
        {
            isGiven |= field == "profile";
            var start = reader;
            try
            {
                if (field == "profile")
                    profile = ProfileFields.Read(ref reader, "Field 'profile'").ToDraft();
                else if (reader.TokenType != JsonTokenType.Null)
                    token = TokenFields.Read(ref reader, "Field 'token'").ToDraft();
            }
            catch (ApiErrorException error)
            {
                problems.Add(ProblemOf(index, field, error));
                reader = start;
                reader.Skip();
            }
        }
        return isGiven ? new PartialClient(profile, token) : throw JsonField.Missing("profile", "the client's profile");
    }

    private static EntryProblem ProblemOf(int index, string part, ApiErrorException error) => new(index, part, error.Error.Code, error.Error.Message);
}
