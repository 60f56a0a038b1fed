using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>
/// Makes, lists and revokes the tokens of those who administer the host over HTTP (<c>MapWorkflowsAdministration</c>). A token is shown once, when it is made: what is stored is its hash. It is looked up anew for each request, so
/// that a revocation holds at once on every node. Safe for use from several threads.
/// </summary>
public sealed class AdministratorTokens
{
    internal const string Prefix = "adm-";

    private readonly HostStorage storage;
    private readonly TimeProvider time;
    private readonly AuditActor actor;

    internal AdministratorTokens(HostStorage storage, TimeProvider time)
        : this(storage, time, AuditActor.Host)
    {
    }

    private AdministratorTokens(HostStorage storage, TimeProvider time, AuditActor actor)
    {
        this.storage = storage;
        this.time = time;
        this.actor = actor;
    }

    /// <summary>The same, whose changes the audit books to somebody. Without it, they are the host's own.</summary>
    /// <param name="actor">Who makes the changes.</param>
    /// <returns>The administration for that one.</returns>
    public AdministratorTokens As(AuditActor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return new AdministratorTokens(storage, time, actor);
    }

    /// <summary>Makes a token under a new random id.</summary>
    /// <param name="draft">What it may do.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The token, which is never shown again.</returns>
    /// <exception cref="TokenRefusedException">The draft is malformed, or the name is taken.</exception>
    public async Task<CreatedAdministrator> CreateAsync(AdministratorDraft draft, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        if (!ProfileNames.IsValid(draft.Name))
            throw new TokenRefusedException(TokenRefusal.Malformed, "The administrator cannot be stored: its Name is not of the form [a-z0-9][a-z0-9_.-]{0,63}, or looks like a key.");
        if (NewNames.IsTaken(draft.Name))
            throw new TokenRefusedException(TokenRefusal.Malformed, $"The administrator cannot be stored: {NewNames.Fault}");
        if (!Enum.IsDefined(draft.Scope))
            throw new TokenRefusedException(TokenRefusal.Malformed, "The administrator cannot be stored: its Scope is neither Read nor Write.");
        if (draft.ExpiresAt <= time.GetUtcNow())
            throw new TokenRefusedException(TokenRefusal.Malformed, "The administrator cannot be stored: its ExpiresAt is over already.");
        var value = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var made = new Administrator
        {
            Id = RandomNumberGenerator.GetHexString(32, lowercase: true),
            Name = draft.Name,
            Scope = draft.Scope,
            ExpiresAt = draft.ExpiresAt?.ToUniversalTime(),
            CreatedAt = time.GetUtcNow().ToUniversalTime(),
        };
        await WriteAsync(
            async (context, trail) =>
            {
                if (await context.Administrators.AnyAsync(row => row.Name == made.Name, cancellationToken).ConfigureAwait(false))
                    throw new TokenRefusedException(TokenRefusal.NameTaken, $"There is an administrator '{made.Name}' already. Revoke it, or choose another name.");
                context.Administrators.Add(storage.Administrators.Protect(new ProtectedAdministrator(made, TokenHash.Of(Encoding.UTF8.GetBytes(value)))));
                trail.Add(AuditActions.AdministratorCreate, AuditActions.Administrator, made.Id, made.Name, changes: made.Scope == AdministratorScope.Write ? ["scope write"] : ["scope read"]);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        return new CreatedAdministrator(made, Secret.From(value));
    }

    /// <summary>Lists administrators by name, those that cannot be used included: see <see cref="Administrator.Fault"/>.</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The administrators.</returns>
    public async Task<IReadOnlyList<Administrator>> ListAsync(CancellationToken cancellationToken = default)
    {
        using var context = storage.Database.Open();
        var all = await context.FoundAdministrators.AsNoTracking().OrderBy(found => found.Row.Name).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. all.Select(storage.Administrators.Show)];
    }

    /// <summary>Revokes a token for good, also one that cannot be read. Its id is never taken again, not even if its row is put back.</summary>
    /// <param name="id">The administrator's id.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="TokenRefusedException">The database was set back under the running host.</exception>
    public Task<bool> RevokeAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        return WriteAsync(
            async (context, trail) =>
            {
                if (await context.Administrators.FirstOrDefaultAsync(row => row.Id == id, cancellationToken).ConfigureAwait(false) is not { } row)
                    return false;
                context.Administrators.Remove(row);
                trail.Add(AuditActions.AdministratorRevoke, AuditActions.Administrator, ProfileNames.IsValidId(row.Id) ? row.Id : null, ProfileNames.IsValid(row.Name) ? row.Name : null);
                if (!await context.FormerTokens.AnyAsync(former => former.Id == id, cancellationToken).ConfigureAwait(false))
                    context.FormerTokens.Add(new FormerTokenRow { Id = id });
                return true;
            },
            cancellationToken);
    }

    /// <summary>Finds whose token it is, by the SHA-256 of its text.</summary>
    /// <returns>The administrator, and whether it is taken; null where nobody made it, or it was revoked and nothing is left of it.</returns>
    /// <exception cref="WorkflowRunException">The store does not answer, or cannot know what was revoked.</exception>
    internal async Task<AdministratorLookup?> FindByHashAsync(TokenHash hash, CancellationToken cancellationToken)
    {
        await StoreFaults.ThrowIfDeafAsync(storage.Watch).ConfigureAwait(false);
        var bytes = hash.ToArray();
        try
        {
            var known = storage.Watch.Newest;
            using var context = storage.Database.Open();
            if (await context.FoundAdministrators.AsNoTracking().FirstOrDefaultAsync(found => found.Row.Hash == bytes, cancellationToken).ConfigureAwait(false) is not { } found)
                return null;
            storage.Watch.Saw(known, found.Change);
            return storage.Administrators.Unprotect(found, out var one) switch
            {
                null => new(one.Administrator, one.Administrator.ExpiresAt is { } end && time.GetUtcNow() >= end ? AuditActions.TokenExpired : null),
                KeyRingFault.Tampered => new(storage.Administrators.Show(found), found.IsFormer ? AuditActions.TokenRevoked : AuditActions.TokenTampered),
                _ => throw StoreFaults.Unreadable("The administrator"),
            };
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

    private async Task<T> WriteAsync<T>(Func<StorageContext, AuditTrail, Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            return await storage.WriteAsync(actor, write, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreSetBackException)
        {
            throw TokenAdministration.SetBack();
        }
    }
}
