using KeyedWorkflows;

namespace TriggerApi.Host.Seed;

/// <summary>Shows the tokens, once.</summary>
internal static class TokenTable
{
    public static void Print(Seeded seeded, Secret? ownKey, TextWriter output)
    {
        output.WriteLine($"{"token of",-10} {"pays with",-17} {"id of the profile",-33} token");
        foreach (var client in seeded.Clients)
            output.WriteLine($"{client.Name,-10} {client.Profile,-17} {client.ProfileId,-33} {client.Token?.Reveal()}");
        output.WriteLine($"{"back-end",-10} {"what a call says",-51} {seeded.Broad?.Reveal()}");
        output.WriteLine($"{"operator",-10} {"nothing: it administers, below /admin/v1",-51} {seeded.Operator?.Reveal()}");
        if (ownKey is not null)
            output.WriteLine($"A key of no profile, for a run with a key of its own: {ownKey.Reveal()}");
    }
}
