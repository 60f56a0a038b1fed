using System.Net;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>Tells the audit which token was refused what. It is counted in memory: no request waits for it.</summary>
internal sealed class RefusedUses(AuditRefusals? refusals)
{
    public const string TokenRevoked = AuditActions.TokenRevoked;

    /// <summary>Why an administrator of scope read does not write.</summary>
    public const string ReadOnly = "read_only";

    /// <summary>A run, or the explanation of one, that was not to be paid for by whom it was to be paid for. Other failures are none of the audit's.</summary>
    public void CountRun(AccessToken token, IPAddress? address, string? code, RefusedPayer? payer)
    {
        if (code is WorkflowErrorCodes.ProfileNotFound or WorkflowErrorCodes.ProfileDisabled or WorkflowErrorCodes.ProfileTampered or WorkflowErrorCodes.ProfileUnreadable or WorkflowErrorCodes.SecretUnavailable
            or WorkflowErrorCodes.TenantMismatch or WorkflowErrorCodes.ProviderNotInitialized or WorkflowErrorCodes.LimitReached or WorkflowErrorCodes.BudgetSpent or TokenRevoked)
        {
            refusals?.Count(new RefusedUse(ActorOf(token, address), AuditActions.ProfileUse, code, AuditActions.Profile, payer?.ProfileId, payer?.ProfileName, payer?.Tenant));
        }
    }

    /// <summary>A token that is not taken. Of one that nobody made, nothing is known.</summary>
    public void CountToken(AccessToken token, IPAddress? address) => refusals?.Count(new RefusedUse(
        ActorOf(token, address), AuditActions.TokenUse, token.Enabled ? AuditActions.TokenExpired : AuditActions.TokenDisabled, AuditActions.Token, token.Id, token.Name, token.PinnedTenant ?? (token.Tenants is [var only] ? only : null)));

    /// <summary>An administrator that is not taken, or may not do what it asks for. Of one that nobody made, nothing is known.</summary>
    public void CountAdministrator(Administrator administrator, IPAddress? address, string outcome) => refusals?.Count(new RefusedUse(
        ActorOf(administrator, address), AuditActions.AdministratorUse, outcome, AuditActions.Administrator, administrator.Id, administrator.Name));

    /// <summary>Who makes a request with a token.</summary>
    public static AuditActor ActorOf(AccessToken token, IPAddress? address) => new(AuditActions.Token, token.Name, token.Id, Shown(address));

    /// <summary>Who makes a request of administration.</summary>
    public static AuditActor ActorOf(Administrator administrator, IPAddress? address) => new(AuditActions.Administrator, administrator.Name, administrator.Id, Shown(address));

    private static string? Shown(IPAddress? address) => (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString();
}
