namespace KeyedWorkflows.Storage;

/// <summary>Turns administrators into rows and back. Each payload is bound to its row, as a token's is; the purpose is another, so that neither is ever opened as the other.</summary>
internal sealed class AdministratorProtector(KeyRing ring)
{
    private const string Purpose = "KeyedWorkflows.Administrator.v1";

    public AdministratorRow Protect(ProtectedAdministrator one) => new()
    {
        Id = one.Administrator.Id,
        Name = one.Administrator.Name,
        Hash = one.Hash.ToArray(),
        Payload = ring.Protect(AdministratorPayload.Write(one), Purpose, one.Administrator.Id),
    };

    /// <summary>Opens a row.</summary>
    /// <returns>What went wrong; null where <paramref name="one"/> was set.</returns>
    public KeyRingFault? Unprotect(FoundAdministrator found, out ProtectedAdministrator one)
    {
        one = null!;
        var row = found.Row;
        if (found.IsFormer)
            return KeyRingFault.Tampered;
        if (ring.Unprotect(row.Payload, out var text, Purpose, row.Id) is { } fault)
            return fault;
        if (AdministratorPayload.Read(text) is not { } read || !Agree(row, read))
            return KeyRingFault.Tampered;
        one = read;
        return null;
    }

    /// <summary>The administrator as its operator sees it. What cannot be opened shows nothing that its columns claim, but for a name that is one.</summary>
    public Administrator Show(FoundAdministrator found)
    {
        var fault = Unprotect(found, out var one);
        if (fault is null)
            return one.Administrator;
        return new Administrator
        {
            Id = ProfileNames.IsValidId(found.Row.Id) ? found.Row.Id : "malformed",
            Name = ProfileNames.IsValid(found.Row.Name) ? found.Row.Name : "malformed",
            Scope = AdministratorScope.Read,
            CreatedAt = default,
            Fault = TokenProtector.Explain(fault.Value, found.IsFormer),
        };
    }

    private static bool Agree(AdministratorRow row, ProtectedAdministrator one) =>
        row.Id == one.Administrator.Id && row.Name == one.Administrator.Name && TokenHash.TryRead(row.Hash, out var hash) && hash == one.Hash;
}
