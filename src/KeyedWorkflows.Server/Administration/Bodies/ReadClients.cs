using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Server;

/// <summary>Many clients as they were sent.</summary>
/// <param name="Clients">Each as far as it could be read.</param>
/// <param name="Problems">What could not be read.</param>
internal sealed record ReadClients(IReadOnlyList<PartialClient> Clients, IReadOnlyList<EntryProblem> Problems)
{
    /// <summary>Adds all of them, or none.</summary>
    /// <exception cref="ApiErrorException">Some cannot be added: the error lists all that is wrong, whether it was seen in the text or in the store.</exception>
    public async Task<IReadOnlyList<CreatedClient>> CreateAsync(ProfileAdministration profiles, CancellationToken cancellationToken)
    {
        if (Problems.Count == 0)
            return await profiles.CreateClientsAsync([.. Clients.Select(static client => new ClientDraft { Profile = client.Profile!, Token = client.Token })], cancellationToken).ConfigureAwait(false);
        var others = AdministrationErrors.ProblemsOf(await profiles.CheckClientsAsync(Clients, cancellationToken).ConfigureAwait(false));
        throw AdministrationErrors.Bulk([.. Problems.Concat(others).OrderBy(static problem => problem.Index).ThenBy(static problem => problem.Part, StringComparer.Ordinal)]).ToException();
    }
}
