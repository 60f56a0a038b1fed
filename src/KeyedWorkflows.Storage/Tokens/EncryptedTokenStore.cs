using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Answers from memory while the database has not changed. After a change a token's row is read again when it is next asked for, and decrypted again only if the row is another. What is not there is not remembered: callers
/// who guess would fill the memory.
/// </summary>
internal sealed partial class EncryptedTokenStore(HostStorage storage, TimeProvider time, ILogger logger) : ITokenStore
{
    private readonly ConcurrentDictionary<TokenHash, Entry> byHash = new();
    private readonly ConcurrentDictionary<string, Entry> byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> told = new(StringComparer.Ordinal);

    /// <summary>How many tokens are held in memory.</summary>
    public int Remembered => byHash.Count;

    public ValueTask<AccessToken?> FindByHashAsync(TokenHash hash, CancellationToken cancellationToken)
    {
        if (!storage.Watch.IsSure)
            return FindByHashOnceHeardAsync(hash, cancellationToken);
        var generation = storage.Watch.Generation;
        return byHash.TryGetValue(hash, out var entry) && entry.Generation == generation ? new(Taken(entry.Token, hash)) : new(ReadByHashAsync(hash, generation, cancellationToken));
    }

    public ValueTask<AccessToken?> FindByIdAsync(string id, CancellationToken cancellationToken)
    {
        if (!storage.Watch.IsSure)
            return FindByIdOnceHeardAsync(id, cancellationToken);
        var generation = storage.Watch.Generation;
        return byId.TryGetValue(id, out var entry) && entry.Generation == generation ? new(entry.Token.Token) : new(ReadByIdAsync(id, generation, cancellationToken));
    }

    public async ValueTask<byte[]?> FindCallbackKeyAsync(string id, CancellationToken cancellationToken)
    {
        await StoreFaults.ThrowIfDeafAsync(storage.Watch).ConfigureAwait(false);
        var generation = storage.Watch.Generation;
        if (byId.TryGetValue(id, out var entry) && entry.Generation == generation)
            return entry.Token.CallbackKey;
        return (await FindAsync(id, generation, isLostNone: true, cancellationToken).ConfigureAwait(false))?.CallbackKey;
    }

    // In methods of their own: an answer from memory waits for nothing.
    private async ValueTask<AccessToken?> FindByHashOnceHeardAsync(TokenHash hash, CancellationToken cancellationToken)
    {
        await StoreFaults.ThrowIfDeafAsync(storage.Watch).ConfigureAwait(false);
        return await FindByHashAsync(hash, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<AccessToken?> FindByIdOnceHeardAsync(string id, CancellationToken cancellationToken)
    {
        await StoreFaults.ThrowIfDeafAsync(storage.Watch).ConfigureAwait(false);
        return await FindByIdAsync(id, cancellationToken).ConfigureAwait(false);
    }

    private async Task<AccessToken?> ReadByHashAsync(TokenHash hash, long generation, CancellationToken cancellationToken)
    {
        var bytes = hash.ToArray();
        var found = await ReadAsync(
            generation, isLostNone: false, context => context.FoundTokens.AsNoTracking().FirstOrDefaultAsync(one => one.Row.Hash == bytes || one.Row.FormerHash == bytes, cancellationToken), () => byHash.TryRemove(hash, out _)).ConfigureAwait(false);
        return found is null ? null : Taken(found, hash);
    }

    /// <summary>The value that a token had before it was rotated is taken for a while longer.</summary>
    private AccessToken? Taken(ProtectedToken token, TokenHash hash) => token.Hash == hash || (token.FormerHash == hash && time.GetUtcNow() < token.Token.FormerUntil) ? token.Token : null;

    private async Task<AccessToken?> ReadByIdAsync(string id, long generation, CancellationToken cancellationToken) =>
        (await FindAsync(id, generation, isLostNone: false, cancellationToken).ConfigureAwait(false))?.Token;

    private Task<ProtectedToken?> FindAsync(string id, long generation, bool isLostNone, CancellationToken cancellationToken) =>
        ReadAsync(generation, isLostNone, context => context.FoundTokens.AsNoTracking().FirstOrDefaultAsync(one => one.Row.Id == StoredText.Id(id), cancellationToken), () => byId.TryRemove(id, out _));

    private async Task<ProtectedToken?> ReadAsync(long generation, bool isLostNone, Func<StorageContext, Task<FoundToken?>> find, Action forget)
    {
        try
        {
            var known = storage.Watch.Newest;
            using var context = storage.Database.Open();
            if (await find(context).ConfigureAwait(false) is not { } found)
            {
                forget();
                return null;
            }
            storage.Watch.Saw(known, found.Change);
            return Keep(found, generation, isLostNone);
        }
        catch (StoreSetBackException)
        {
            throw StoreFaults.SetBack();
        }
        catch (Exception error) when (error is not (OperationCanceledException or WorkflowRunException))
        {
            throw StoreFaults.Unavailable(error);
        }
    }

    private ProtectedToken? Keep(FoundToken found, long generation, bool isLostNone)
    {
        var row = found.Row;
        if (!found.IsFormer && byId.TryGetValue(row.Id, out var known) && known.Row.IsSame(row))
            return Remember(row, known.Token, generation);
        if (storage.Tokens.Unprotect(found, out var token) is not { } fault)
            return Remember(row, token, generation);

        // Not kept: it is over as soon as the ring is back, which no change of the database tells.
        if (byId.TryRemove(row.Id, out var former))
            Forget(former.Token);
        Tell(row, fault, found.IsFormer);
        return fault == KeyRingFault.Tampered || isLostNone ? null : throw StoreFaults.Unreadable("The token");
    }

    private ProtectedToken Remember(TokenRow row, ProtectedToken token, long generation)
    {
        var entry = new Entry(row, token, generation);
        if (byId.TryGetValue(row.Id, out var before) && (before.Token.Hash != token.Hash || before.Token.FormerHash != token.FormerHash))
            Forget(before.Token);
        byHash[token.Hash] = entry;
        if (token.FormerHash is { } former)
            byHash[former] = entry;
        byId[row.Id] = entry;
        return token;
    }

    private void Forget(ProtectedToken token)
    {
        byHash.TryRemove(token.Hash, out _);
        if (token.FormerHash is { } former)
            byHash.TryRemove(former, out _);
    }

    /// <summary>Once for each state of a row: whoever holds such a token would fill the log.</summary>
    private void Tell(TokenRow row, KeyRingFault fault, bool isFormer)
    {
        var id = ProfileNames.IsValidId(row.Id) ? row.Id : "malformed";
        var state = $"{fault} {isFormer} {row.Revision}";
        if (told.TryGetValue(id, out var last) && last == state)
            return;
        told[id] = state;
        LogFault(id, TokenProtector.Explain(fault, isFormer));
    }

    [LoggerMessage(EventId = 10, Level = LogLevel.Error, Message = "Token {Id} is refused. {What}")]
    private partial void LogFault(string id, string what);

    private sealed record Entry(TokenRow Row, ProtectedToken Token, long Generation);
}
