using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace KeyedWorkflows.Storage;

/// <summary>Idempotency keys in the history: neither a key nor a request can be read from it, or be guessed by hashing.</summary>
internal sealed class IdempotencyKeys(HistoryWriter writer, byte[] hostKey, TimeProvider time) : IIdempotencyKeys
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>Of how many keys of others it is known since when they are held as they are. Who asks for one more keeps asking: there is room again when the others are free.</summary>
    private const int MostSeen = 10_000;

    /// <summary>One that has expired is as good as none.</summary>
    private static readonly HistoryStatement ClaimStatement = new(
        "INSERT INTO idempotency_keys (\"Id\", \"Request\", \"RunId\", \"ExpiresAt\", \"HeldUntil\") VALUES ($1, $2, $3, $4, $6) "
        + "ON CONFLICT (\"Id\") DO UPDATE SET \"Request\" = $2, \"RunId\" = $3, \"ExpiresAt\" = $4, \"HeldUntil\" = $6 "
        + "WHERE idempotency_keys.\"ExpiresAt\" <= $5");

    private static readonly HistoryStatement HolderStatement = new("SELECT \"RunId\", \"Request\" FROM idempotency_keys WHERE \"Id\" = $1");

    /// <summary>Each hold is another number, also where the clock stood still or was set back: who asks for the key sees by it that its holder lives.</summary>
    private static readonly HistoryStatement HoldStatement = new(
        "UPDATE idempotency_keys SET \"HeldUntil\" = CASE WHEN \"HeldUntil\" >= $3 THEN \"HeldUntil\" + 1 ELSE $3 END WHERE \"Id\" = $1 AND \"RunId\" = $2");

    private static readonly HistoryStatement SeeStatement = new("SELECT COALESCE(\"HeldUntil\", 0) FROM idempotency_keys WHERE \"Id\" = $1 AND \"RunId\" = $2");

    private static readonly HistoryStatement ReleaseStatement = new("DELETE FROM idempotency_keys WHERE \"Id\" = $1 AND \"RunId\" = $2");

    /// <summary>Whoever found no such run may have stood still since, and it may have begun.</summary>
    private static readonly HistoryStatement ReleaseAbandonedStatement = new(
        "DELETE FROM idempotency_keys WHERE \"Id\" = $1 AND \"RunId\" = $2 AND COALESCE(\"HeldUntil\", 0) = $3 AND NOT EXISTS (SELECT 1 FROM runs WHERE \"Id\" = $2)");

    /// <summary>Keys of others by their ids, as they were seen here.</summary>
    private readonly ConcurrentDictionary<string, SeenHold> seen = new(StringComparer.Ordinal);

    public Task<IdempotencyClaim> ClaimAsync(IdempotencyScope scope, ReadOnlyMemory<byte> request, string runId, TimeSpan hold, TimeSpan wait, CancellationToken cancellationToken)
    {
        var id = IdOf(scope);
        var mark = Mark("request", request.Span);
        var now = time.GetUtcNow().UtcTicks;
        return writer.ExecuteAsync(
            session =>
            {
                // Twice: a sweep may take an expired one away in between. Its own claim that was committed, which nobody was told, is found here too.
                for (var attempt = 0; attempt < 2; attempt++)
                {
                    if (session.Change(ClaimStatement, id, mark, runId, now + Lifetime.Ticks + wait.Ticks, now, now + hold.Ticks) > 0)
                        return new IdempotencyClaim(runId, true, true);
                    if (session.Read(HolderStatement, static row => (RunId: row.GetString(0), Request: row.GetString(1)), id) is [var holder])
                        return new IdempotencyClaim(holder.RunId, holder.RunId == runId, holder.Request == mark);
                }
                throw StoreFaults.NotWritten();
            },
            (session, claim) =>
            {
                if (claim.IsNew)
                    session.Write(ReleaseStatement, id, runId);
            },
            cancellationToken,
            keyId: id);
    }

    public Task<bool> HoldAsync(IdempotencyScope scope, string runId, TimeSpan hold, CancellationToken cancellationToken)
    {
        var id = IdOf(scope);
        return writer.ExecuteAsync(session => session.Change(HoldStatement, id, runId, (time.GetUtcNow() + hold).UtcTicks) > 0, null, cancellationToken, keyId: id);
    }

    public Task ReleaseAsync(IdempotencyScope scope, string runId, CancellationToken cancellationToken)
    {
        var id = IdOf(scope);
        return writer.ExecuteAsync(session => session.Change(ReleaseStatement, id, runId), null, cancellationToken, keyId: id);
    }

    public async Task ReleaseAbandonedAsync(IdempotencyScope scope, string runId, TimeSpan hold, CancellationToken cancellationToken)
    {
        var id = IdOf(scope);
        long? overdue = seen.TryGetValue(id, out var before) && before.RunId == runId && time.GetElapsedTime(before.Since) >= hold ? before.HeldUntil : null;
        var present = await writer.ExecuteAsync(
            session =>
            {
                if (session.Read(SeeStatement, static row => row.GetInt64(0), id, runId) is not [var heldUntil])
                    return (long?)null;
                return heldUntil == overdue && session.Change(ReleaseAbandonedStatement, id, runId, heldUntil) > 0 ? null : heldUntil;
            },
            null,
            cancellationToken,
            keyId: id).ConfigureAwait(false);
        if (present is { } held)
            See(id, new(runId, held, time.GetTimestamp()), hold);
        else if (before?.RunId == runId)
            seen.TryRemove(id, out _);
    }

    private void See(string id, SeenHold hold, TimeSpan lasts)
    {
        if (seen.Count >= MostSeen && !seen.ContainsKey(id))
        {
            // Nobody asks for these any more: whoever does so again begins anew.
            foreach (var (old, one) in seen)
            {
                if (time.GetElapsedTime(one.Since) > 2 * lasts)
                    seen.TryRemove(old, out _);
            }
            if (seen.Count >= MostSeen)
                return;
        }
        seen.AddOrUpdate(id, static (_, hold) => hold, static (_, before, hold) => before.RunId == hold.RunId && before.HeldUntil == hold.HeldUntil ? before : hold, hold);
    }

    /// <summary>Each part with its length before it: no two scopes read the same.</summary>
    private string IdOf(IdempotencyScope scope)
    {
        using var text = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in (string?[])[scope.TokenId, scope.Workflow, scope.Version, scope.EndUser, scope.Key])
        {
            var bytes = part is null ? null : Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes?.Length ?? -1);
            text.Write(length);
            text.Write(bytes);
        }
        return Mark("scope", text.ToArray());
    }

    private string Mark(string kind, ReadOnlySpan<byte> content)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, hostKey);
        hmac.AppendData(Encoding.UTF8.GetBytes(kind + "\n"));
        hmac.AppendData(content);
        return Convert.ToHexStringLower(hmac.GetHashAndReset());
    }

    /// <param name="RunId">Whose key it is.</param>
    /// <param name="HeldUntil">Which hold of theirs it was: a number to be told from others, and no time to go by.</param>
    /// <param name="Since">Since when this process knows it, by its own clock that is never set.</param>
    private sealed record SeenHold(string RunId, long HeldUntil, long Since);
}
