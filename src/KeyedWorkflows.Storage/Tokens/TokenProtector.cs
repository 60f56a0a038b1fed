namespace KeyedWorkflows.Storage;

/// <summary>Turns tokens into rows and back. Each payload is bound to its row: by a purpose that holds the id, and by the columns, which must say the same.</summary>
internal sealed class TokenProtector(KeyRing ring)
{
    private const string Purpose = "KeyedWorkflows.Token.v1";

    public TokenRow Protect(ProtectedToken token) => new()
    {
        Id = token.Token.Id,
        Name = token.Token.Name,
        Hash = token.Hash.ToArray(),
        FormerHash = token.FormerHash?.ToArray(),
        Revision = token.Token.Revision,
        Payload = ring.Protect(TokenPayload.Write(token), Purpose, token.Token.Id),
    };

    /// <summary>Opens a row.</summary>
    /// <returns>What went wrong; null where <paramref name="token"/> was set.</returns>
    public KeyRingFault? Unprotect(FoundToken found, out ProtectedToken token)
    {
        token = null!;
        var row = found.Row;
        if (found.IsFormer)
            return KeyRingFault.Tampered;
        if (ring.Unprotect(row.Payload, out var text, Purpose, row.Id) is { } fault)
            return fault;
        if (TokenPayload.Read(text) is not { } read || !Agree(row, read))
            return KeyRingFault.Tampered;
        token = read;
        return null;
    }

    /// <summary>The token as its operator sees it. What cannot be opened shows what it is and nothing that its columns claim, but for a name that is one.</summary>
    public AccessToken Show(FoundToken found)
    {
        var fault = Unprotect(found, out var token);
        if (fault is null)
            return token.Token;
        return new AccessToken
        {
            Id = ProfileNames.IsValidId(found.Row.Id) ? found.Row.Id : "malformed",
            Name = ProfileNames.IsValid(found.Row.Name) ? found.Row.Name : "malformed",
            Enabled = false,
            CreatedAt = default,
            Revision = "faulty",
            Fault = Explain(fault.Value, found.IsFormer),
        };
    }

    public static string Explain(KeyRingFault fault, bool isFormer) => (fault, isFormer) switch
    {
        (_, true) => "The token was revoked, and its row was put back in the database past the store. It is not taken. Revoke it again, and find out who can write to the database.",
        (KeyRingFault.Tampered, _) => "The token was altered in the database past the store, and is not taken. Revoke it and create another; and find out who can write to the database.",
        _ => "The token cannot be read: the key that protects it is not in the host's key ring, or cannot be unwrapped. Restore the ring's directory and what wraps it from their backup, or revoke the token and create another.",
    };

    private static bool Agree(TokenRow row, ProtectedToken token) =>
        row.Id == token.Token.Id && row.Name == token.Token.Name && row.Revision == token.Token.Revision && TokenHash.TryRead(row.Hash, out var hash) && hash == token.Hash
        && (row.FormerHash is null ? token.FormerHash is null : TokenHash.TryRead(row.FormerHash, out var former) && former == token.FormerHash);
}
