using System.Buffers;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>Runs as the store knows them: those that have ended, and those that go on elsewhere.</summary>
internal sealed class StoredRuns(IRunHistory history, TimeProvider time)
{
    /// <summary>How long ids were before they began with the time: runs of then are still asked for.</summary>
    private const int FormerIdLength = 32;

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    /// <summary>Finds a token's run.</summary>
    /// <exception cref="ApiErrorException">There is none, or it is another's: the same to the caller.</exception>
    public async Task<StoredRun> FindAsync(string tokenId, string runId, string? endUser, CancellationToken cancellationToken) =>
        (IsId(runId) ? await history.FindAsync(tokenId, runId, endUser, cancellationToken).ConfigureAwait(false) : null) ?? throw Unknown();

    /// <summary>Follows a run that goes on elsewhere, or reads one that has ended.</summary>
    /// <exception cref="ApiErrorException">There is none, or it is another's: the same to the caller.</exception>
    public async Task<StoredFrameSource> FollowAsync(string tokenId, string runId, string? endUser, CancellationToken cancellationToken)
    {
        var run = await FindAsync(tokenId, runId, endUser, cancellationToken).ConfigureAwait(false);
        return new StoredFrameSource(history, tokenId, run, time);
    }

    /// <summary>The same; null where there is none.</summary>
    public async Task<StoredFrameSource?> TryFollowAsync(string tokenId, string runId, string? endUser, CancellationToken cancellationToken) =>
        await history.FindAsync(tokenId, runId, endUser, cancellationToken).ConfigureAwait(false) is { } run ? new StoredFrameSource(history, tokenId, run, time) : null;

    public static ApiErrorException Unknown() => ApiError.NotFound("There is no such run.").ToException();

    /// <summary>Whether a text can be a run's id: what cannot is not looked up.</summary>
    public static bool IsId(string text) => text.Length is RunIds.Length or FormerIdLength && !text.AsSpan().ContainsAnyExcept(Hexadecimal);
}
