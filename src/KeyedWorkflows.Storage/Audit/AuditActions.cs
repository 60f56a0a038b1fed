namespace KeyedWorkflows.Storage;

/// <summary>The words of the audit.</summary>
internal static class AuditActions
{
    public const string Profile = "profile";
    public const string Token = "token";
    public const string Administrator = "administrator";
    public const string Tenant = "tenant";
    public const string Store = "store";
    public const string Audit = "audit";

    public const string ProfileCreate = "profile.create";
    public const string ProfileReplace = "profile.replace";
    public const string ProfileRotate = "profile.rotate";
    public const string ProfileEnable = "profile.enable";
    public const string ProfileDisable = "profile.disable";
    public const string ProfileDelete = "profile.delete";
    public const string ProfileImport = "profile.import";
    public const string ProfileSeed = "profile.seed";
    public const string ProfileTest = "profile.test";
    public const string ProfileUse = "profile.use";

    public const string TokenCreate = "token.create";
    public const string TokenReplace = "token.replace";
    public const string TokenEnable = "token.enable";
    public const string TokenDisable = "token.disable";
    public const string TokenRotate = "token.rotate";
    public const string TokenRevoke = "token.revoke";
    public const string TokenUse = "token.use";

    public const string AdministratorCreate = "administrator.create";
    public const string AdministratorRevoke = "administrator.revoke";
    public const string AdministratorUse = "administrator.use";

    public const string TenantRemove = "tenant.remove";
    public const string TenantPurge = "tenant.purge";

    public const string ReEncrypt = "store.re_encrypt";

    // Why a key is not taken, and why a token is not.
    public const string KeyRefused = "key_refused";
    public const string TokenRevoked = "token_revoked";
    public const string TokenDisabled = "token_disabled";
    public const string TokenExpired = "token_expired";
    public const string TokenTampered = "token_tampered";

    public const string Gap = "audit.gap";
    public const string BegunAnew = "audit.begun_anew";
    public const string KeyRenewed = "audit.key_renewed";
}
