namespace KeyedWorkflows.Storage;

/// <summary>Where the server looks a caller's token up. Answers from memory while nothing has changed. Safe for use from several threads.</summary>
/// <remarks>A store that cannot answer throws a <see cref="WorkflowRunException"/> with <see cref="WorkflowErrorCodes.StoreUnavailable"/>: never taken for "there is none".</remarks>
internal interface ITokenStore
{
    /// <summary>Finds a token by the SHA-256 of its text (UTF-8, prefix included).</summary>
    /// <returns>The token as it is now, disabled and expired ones included; null where there is none.</returns>
    ValueTask<AccessToken?> FindByHashAsync(TokenHash hash, CancellationToken cancellationToken);

    /// <summary>Finds a token by its id.</summary>
    ValueTask<AccessToken?> FindByIdAsync(string id, CancellationToken cancellationToken);

    /// <summary>The key that signs callbacks of the token's runs; null where the token is gone or cannot be opened.</summary>
    ValueTask<byte[]?> FindCallbackKeyAsync(string id, CancellationToken cancellationToken);
}
