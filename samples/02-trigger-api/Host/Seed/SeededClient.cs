using KeyedWorkflows;

namespace TriggerApi.Host.Seed;

/// <summary>One client of the desk: its tenant, its profile, and the token that it may hold itself.</summary>
/// <param name="Name">The client's name, which is its tenant's too.</param>
/// <param name="ProfileId">The id of its profile in the store.</param>
/// <param name="Token">Null: it was made, and shown, at an earlier start.</param>
/// <param name="CallbackSecret">What callbacks of its runs are signed with; null where the token is.</param>
internal sealed record SeededClient(string Name, string ProfileId, Secret? Token, Secret? CallbackSecret)
{
    /// <summary>The three clients.</summary>
    public static IReadOnlyList<string> Names { get; } = ["bluebird", "harbour", "cedar"];

    public string Profile => ProfileOf(Name);

    public static string ProfileOf(string client) => client + "_openai";
}
