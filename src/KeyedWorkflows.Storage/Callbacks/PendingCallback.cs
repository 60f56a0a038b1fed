namespace KeyedWorkflows.Storage;

/// <summary>A callback that was not delivered yet.</summary>
/// <param name="Id">The delivery's id: the same at each attempt.</param>
/// <param name="RunId">The run; of the host's own, what it is told of.</param>
/// <param name="TokenId">The token whose callback key signs it, or <see cref="OfHost"/>.</param>
/// <param name="Url">Where it goes.</param>
/// <param name="Body">What it says, as JSON.</param>
/// <param name="Attempts">How often it was tried.</param>
internal sealed record PendingCallback(string Id, string RunId, string TokenId, string Url, byte[] Body, int Attempts)
{
    /// <summary>In the place of a token's id: the host tells its operator.</summary>
    public const string OfHost = "host";
}
