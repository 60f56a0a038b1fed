using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Makes, lists and revokes the tokens of callers. A token is shown once, when it is made: what is stored is its hash. A change holds at once in this process, within a second in others on the same database. Safe for use from
/// several threads.
/// </summary>
public sealed class TokenAdministration
{
    private const string Prefix = "app-";

    private const string CallbackPrefix = "whsec_";

    private static readonly TimeSpan MostGrace = TimeSpan.FromDays(30);

    private readonly HostStorage storage;
    private readonly TimeProvider time;
    private readonly AuditActor actor;

    internal TokenAdministration(HostStorage storage, TimeProvider time)
        : this(storage, time, AuditActor.Host)
    {
    }

    private TokenAdministration(HostStorage storage, TimeProvider time, AuditActor actor)
    {
        this.storage = storage;
        this.time = time;
        this.actor = actor;
    }

    /// <summary>The same administration, whose changes the audit books to somebody. Without it, they are the host's own.</summary>
    /// <param name="actor">Who makes the changes.</param>
    /// <returns>The administration for that one.</returns>
    public TokenAdministration As(AuditActor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return new TokenAdministration(storage, time, actor);
    }

    /// <summary>Makes a token under a new random id. One of a name that was revoked before inherits nothing from it.</summary>
    /// <param name="draft">What it may do.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The token, which is never shown again.</returns>
    /// <exception cref="TokenRefusedException">The draft is malformed, or the name is taken.</exception>
    public Task<CreatedToken> CreateAsync(TokenDraft draft, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return AuditedAsync(AuditActions.TokenCreate, null, draft.Name, () => CreateNewAsync(draft, cancellationToken));
    }

    private async Task<CreatedToken> CreateNewAsync(TokenDraft draft, CancellationToken cancellationToken)
    {
        var (token, shown) = Draw(draft, time.GetUtcNow());
        await WriteAsync(
            async (context, trail) =>
            {
                await RefuseNameAsync(context, token.Token, cancellationToken).ConfigureAwait(false);
                context.Tokens.Add(storage.Tokens.Protect(token));
                trail.Add(AuditActions.TokenCreate, null, token.Token);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        return shown;
    }

    /// <summary>Lists tokens by name, those that cannot be used included: see <see cref="AccessToken.Fault"/>.</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The tokens.</returns>
    public async Task<IReadOnlyList<AccessToken>> ListAsync(CancellationToken cancellationToken = default)
    {
        using var context = storage.Database.Open();
        var all = await context.FoundTokens.AsNoTracking().OrderBy(found => found.Row.Name).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. all.Select(storage.Tokens.Show)];
    }

    /// <summary>Finds a token by its id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What it may do; null where there is none.</returns>
    public async Task<AccessToken?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        using var context = storage.Database.Open();
        return await context.FoundTokens.AsNoTracking().FirstOrDefaultAsync(one => one.Row.Id == id, cancellationToken).ConfigureAwait(false) is { } found ? storage.Tokens.Show(found) : null;
    }

    /// <summary>Replaces what a token may do. The token itself, its callback key and whether it is enabled stay.</summary>
    /// <param name="id">The token's id.</param>
    /// <param name="draft">All that it may do from now on.</param>
    /// <param name="expectedRevision">The revision that was read before; null to replace whatever there is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The token as it is stored.</returns>
    /// <exception cref="TokenRefusedException">The change is refused; nothing was written.</exception>
    public Task<AccessToken> ReplaceAsync(string id, TokenDraft draft, string? expectedRevision = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return ChangeAsync(AuditActions.TokenReplace, id, expectedRevision, present => Made(CheckedName(draft, present), present.Id, present.CreatedAt, present.Enabled) with { FormerUntil = present.FormerUntil, BudgetMark = BudgetMark.Next(present.Limits, present.BudgetMark, draft.Limits, time.GetUtcNow()) }, cancellationToken);
    }

    /// <summary>Lets a token be taken, or stops that.</summary>
    /// <param name="id">The token's id.</param>
    /// <param name="enabled">Whether it is taken.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The token as it is stored.</returns>
    /// <exception cref="TokenRefusedException">The change is refused; nothing was written.</exception>
    public Task<AccessToken> SetEnabledAsync(string id, bool enabled, CancellationToken cancellationToken = default) =>
        SetEnabledAsync(id, enabled, null, cancellationToken);

    /// <inheritdoc cref="SetEnabledAsync(string, bool, CancellationToken)"/>
    /// <param name="id">The token's id.</param>
    /// <param name="enabled">Whether it is taken.</param>
    /// <param name="expectedRevision">The revision that was read before; null to change whatever there is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public Task<AccessToken> SetEnabledAsync(string id, bool enabled, string? expectedRevision, CancellationToken cancellationToken) => ChangeAsync(
        enabled ? AuditActions.TokenEnable : AuditActions.TokenDisable, id, expectedRevision, present => present with { Enabled = enabled, Revision = ProfileRevision.New() }, cancellationToken);

    /// <summary>Gives a token another value. Until the grace is over the one before is taken as well, so that its holder can change over; one that was rotated before that is taken no more (<see cref="ReplaceValueAsync"/> keeps it). What it may do, and the key that signs its callbacks, stay.</summary>
    /// <param name="id">The token's id.</param>
    /// <param name="grace">How long the present value is taken from now on: from none, where it may have got to others, to 30 days.</param>
    /// <param name="expectedRevision">The revision that was read before; null to rotate whatever there is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The token, with its new value, which is never shown again.</returns>
    /// <exception cref="TokenRefusedException">The change is refused; nothing was written.</exception>
    public async Task<RotatedToken> RotateAsync(string id, TimeSpan grace, string? expectedRevision = null, CancellationToken cancellationToken = default)
    {
        if (grace < TimeSpan.Zero || grace > MostGrace)
            throw new TokenRefusedException(TokenRefusal.Malformed, $"The grace of a rotation is from 0 to {MostGrace.TotalDays:0} days.");
        return await GiveValueAsync(
            id,
            expectedRevision,
            (present, hash) => new ProtectedToken(
                present.Token with { FormerUntil = grace == TimeSpan.Zero ? null : time.GetUtcNow().ToUniversalTime() + grace, Revision = ProfileRevision.New() }, hash, present.CallbackKey, grace == TimeSpan.Zero ? null : present.Hash),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Gives a token that was rotated another value in the place of the last one, which is taken no more: for a value that reached nobody, because it could not be shown or written. The one before it, which its holder still uses, stays taken as
    /// long as it was; to rotate again would end that at once. What the token may do, and the key that signs its callbacks, stay.
    /// </summary>
    /// <param name="id">The token's id.</param>
    /// <param name="expectedRevision">The revision that was read before; null to change whatever there is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The token, with its new value, which is never shown again.</returns>
    /// <exception cref="TokenRefusedException">The change is refused, as where no former value is taken any more; nothing was written.</exception>
    public Task<RotatedToken> ReplaceValueAsync(string id, string? expectedRevision = null, CancellationToken cancellationToken = default) => GiveValueAsync(
        id,
        expectedRevision,
        (present, hash) => present.Token.FormerUntil > time.GetUtcNow()
            ? present with { Token = present.Token with { Revision = ProfileRevision.New() }, Hash = hash }
            : throw new TokenRefusedException(TokenRefusal.Malformed, $"Token '{present.Token.Name}' has no former value that is still taken: another in the place of the present one would end that at once. Rotate it, with a grace for the present one."),
        cancellationToken);

    private async Task<RotatedToken> GiveValueAsync(string id, string? expectedRevision, Func<ProtectedToken, TokenHash, ProtectedToken> change, CancellationToken cancellationToken)
    {
        var value = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var hash = TokenHash.Of(Encoding.UTF8.GetBytes(value));
        var changed = await ChangeAsync(AuditActions.TokenRotate, id, expectedRevision, present => change(present, hash), cancellationToken).ConfigureAwait(false);
        return new RotatedToken(changed, Secret.From(value));
    }

    /// <summary>Revokes a token for good, also one that cannot be read. Its id is never taken again, not even if its row is put back.</summary>
    /// <param name="id">The token's id.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Whether there was one.</returns>
    public Task<bool> RevokeAsync(string id, CancellationToken cancellationToken = default) => RevokeAsync(id, null, cancellationToken);

    /// <inheritdoc cref="RevokeAsync(string, CancellationToken)"/>
    /// <param name="id">The token's id.</param>
    /// <param name="expectedRevision">The revision that was read before; null to revoke whatever there is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="TokenRefusedException">The token was changed since it was read.</exception>
    public Task<bool> RevokeAsync(string id, string? expectedRevision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        return AuditedAsync(AuditActions.TokenRevoke, id, null, () => WriteAsync(
            async (context, trail) =>
            {
                if (await context.FoundTokens.FirstOrDefaultAsync(one => one.Row.Id == id, cancellationToken).ConfigureAwait(false) is not { } found)
                    return false;
                if (expectedRevision is not null && expectedRevision != found.Row.Revision)
                    throw Changed(found.Row.Name);
                await RemoveAsync(context, trail, found.Row, storage.Tokens.Show(found), cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken));
    }

    /// <param name="context">The transaction.</param>
    /// <param name="trail">What it leaves in the audit.</param>
    /// <param name="row">The token's row.</param>
    /// <param name="shown">The token: one that cannot be read shows no grants, and its columns are not to be trusted.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    internal static async Task RemoveAsync(StorageContext context, AuditTrail trail, TokenRow row, AccessToken shown, CancellationToken cancellationToken)
    {
        trail.Add(
            AuditActions.TokenRevoke, AuditActions.Token, ProfileNames.IsValidId(row.Id) ? row.Id : null, ProfileNames.IsValid(row.Name) ? row.Name : null,
            [.. AuditTrail.TenantsOf(shown).Distinct(StringComparer.Ordinal)]);
        context.Tokens.Remove(row);
        if (!await context.FormerTokens.AnyAsync(former => former.Id == row.Id, cancellationToken).ConfigureAwait(false))
            context.FormerTokens.Add(new FormerTokenRow { Id = row.Id });
    }

    /// <summary>A new token, as it is to be stored, and its value.</summary>
    internal static (ProtectedToken Token, CreatedToken Shown) Draw(TokenDraft draft, DateTimeOffset now)
    {
        CheckedName(draft, null);
        var value = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var callbackKey = RandomNumberGenerator.GetBytes(32);
        var token = Made(draft, RandomNumberGenerator.GetHexString(32, lowercase: true), now.ToUniversalTime(), isEnabled: true);
        return (
            new ProtectedToken(token, TokenHash.Of(Encoding.UTF8.GetBytes(value)), callbackKey),
            new CreatedToken(token, Secret.From(value), Secret.From(CallbackPrefix + Convert.ToBase64String(callbackKey))));
    }

    internal static TokenRefusedException NameTaken(string name) => new(TokenRefusal.NameTaken, $"There is a token '{name}' already. Change that one, or choose another name.");

    internal static TokenRefusedException SetBack() => new(
        TokenRefusal.StoreSetBack,
        "The database of tokens is in an earlier state than this host has seen it in, and is not written to. Put the right one in place, or start the host again to go on with this one: what was revoked may be back in it.");

    private static TokenRefusedException Changed(string name) =>
        new(TokenRefusal.Changed, $"{(ProfileNames.IsValid(name) ? $"Token '{name}'" : "The token")} was changed since it was read. Read it again.");

    /// <summary>A name that is another's id would be taken for that one's.</summary>
    private static TokenDraft CheckedName(TokenDraft draft, AccessToken? present) => draft.Name != present?.Name && NewNames.IsTaken(draft.Name)
        ? throw new TokenRefusedException(TokenRefusal.Malformed, $"The token cannot be stored: {NewNames.Fault}")
        : draft;

    private static AccessToken Made(TokenDraft draft, string id, DateTimeOffset createdAt, bool isEnabled)
    {
        if (TokenRules.FirstFault(draft) is { } fault)
            throw new TokenRefusedException(TokenRefusal.Malformed, $"The token cannot be stored: {fault}");
        return new AccessToken
        {
            Id = id,
            Name = draft.Name,
            Workflows = [.. draft.Workflows.Distinct(StringComparer.Ordinal)],
            Tenants = [.. draft.Tenants.Distinct(StringComparer.Ordinal)],
            ProfileIds = [.. draft.ProfileIds.Distinct(StringComparer.Ordinal)],
            PinnedTenant = draft.PinnedTenant,
            MaySendKey = draft.MaySendKey,
            RequestsPerMinute = draft.RequestsPerMinute,
            ConcurrentRuns = draft.ConcurrentRuns,
            Limits = draft.Limits,
            BudgetMark = BudgetMark.Next(null, null, draft.Limits, createdAt),
            Enabled = isEnabled,
            ExpiresAt = draft.ExpiresAt?.ToUniversalTime(),
            CreatedAt = createdAt,
            Revision = ProfileRevision.New(),
        };
    }

    private static async Task RefuseNameAsync(StorageContext context, AccessToken token, CancellationToken cancellationToken)
    {
        if (await context.Tokens.AnyAsync(row => row.Name == token.Name && row.Id != token.Id, cancellationToken).ConfigureAwait(false))
            throw NameTaken(token.Name);
    }

    private Task<AccessToken> ChangeAsync(string action, string id, string? expectedRevision, Func<AccessToken, AccessToken> change, CancellationToken cancellationToken) =>
        ChangeAsync(action, id, expectedRevision, present => present with { Token = change(present.Token) }, cancellationToken);

    private Task<AccessToken> ChangeAsync(string action, string id, string? expectedRevision, Func<ProtectedToken, ProtectedToken> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        return AuditedAsync(action, id, null, () => WriteAsync(
            async (context, trail) =>
            {
                if (await context.FoundTokens.FirstOrDefaultAsync(one => one.Row.Id == id, cancellationToken).ConfigureAwait(false) is not { } found)
                    throw new TokenRefusedException(TokenRefusal.NotFound, "There is no token of this id.");
                if (storage.Tokens.Unprotect(found, out var present) is { } fault)
                    throw new TokenRefusedException(TokenRefusal.Unreadable, TokenProtector.Explain(fault, found.IsFormer));
                if (expectedRevision is not null && expectedRevision != present.Token.Revision)
                    throw Changed(present.Token.Name);
                var changed = change(present);
                await RefuseNameAsync(context, changed.Token, cancellationToken).ConfigureAwait(false);
                Update(found.Row, storage.Tokens.Protect(changed));
                trail.Add(action, present.Token, changed.Token);
                return changed.Token;
            },
            cancellationToken));
    }

    /// <summary>Counts for the audit what is refused.</summary>
    private async Task<T> AuditedAsync<T>(string action, string? id, string? name, Func<Task<T>> change)
    {
        try
        {
            return await change().ConfigureAwait(false);
        }
        catch (TokenRefusedException refused)
        {
            storage.Refusals.Count(new RefusedUse(
                actor, action, JsonNamingPolicy.SnakeCaseLower.ConvertName(refused.Reason.ToString()), AuditActions.Token, ProfileNames.IsValidId(id) ? id : null, ProfileNames.IsValid(name) ? name : null));
            throw;
        }
    }

    private async Task<T> WriteAsync<T>(Func<StorageContext, AuditTrail, Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            return await storage.WriteAsync(actor, write, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreSetBackException)
        {
            throw SetBack();
        }
    }

    internal static void Update(TokenRow row, TokenRow changed)
    {
        row.Name = changed.Name;
        row.Hash = changed.Hash;
        row.FormerHash = changed.FormerHash;
        row.Revision = changed.Revision;
        row.Payload = changed.Payload;
    }
}
