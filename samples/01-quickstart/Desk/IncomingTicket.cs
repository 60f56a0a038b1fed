using System.Text.Json;
using System.Text.Json.Serialization;

namespace Quickstart.Desk;

/// <summary>A line of <c>tickets.json</c>.</summary>
/// <param name="Number">The ticket's number.</param>
/// <param name="Client">Whose customer wrote it: the tenant that pays.</param>
/// <param name="ChosenBy">How the desk tells the run who pays.</param>
/// <param name="Question">What the customer asks.</param>
internal sealed record IncomingTicket(string Number, string Client, PayerChoice ChosenBy, string Question)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    /// <summary>The stored profile of the ticket's client.</summary>
    public string Profile => Client + "_openai";

    public static IReadOnlyList<IncomingTicket> ReadAll(string path) =>
        JsonSerializer.Deserialize<List<IncomingTicket>>(File.ReadAllText(path), Json) ?? throw new InvalidDataException($"{path} holds no tickets.");
}
