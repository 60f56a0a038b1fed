using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Cli.Stores;

/// <summary>Tries whether a key works: one call, to the profile's own endpoint, that asks for a token or a few. It is booked to nobody.</summary>
internal sealed class ProfileTrier(ModelProviders providers, ModelTransports transports)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<ProfileTrial> TryAsync(StoredProfile profile, string? model, CancellationToken cancellationToken)
    {
        if ((model ?? profile.Model) is not { } asked)
            throw CommandFault.Usage($"Profile '{profile.Name}' names no model of its own: say with --model which one to ask.");
        var called = profile.Models.TryGetValue(asked, out var mapped) ? mapped : asked;
        if (!providers.TryFind(profile.Provider, out var provider))
            throw CommandFault.Refused($"The provider '{profile.Provider}' is not one that this command knows: its keys can be tried only by the host that uses them.");
        var begun = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var client = provider.CreateChatClient(new ModelClientContext
            {
                Model = called,
                ApiKey = profile.ApiKey,
                Endpoint = profile.Endpoint,
                Organization = profile.Organization,
                Project = profile.Project,
                Headers = profile.Headers,
                ProfileName = profile.Name,
                Transport = transports.Operators,
            });
            await client.GetResponseAsync([new ChatMessage(ChatRole.User, "Say ok.")], new ChatOptions { MaxOutputTokens = 16 }, patience.Token);
            return Ended(null, null);
        }
        catch (ModelCallException error)
        {
            return Ended(error.Code, error.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Ended(WorkflowErrorCodes.ProviderFailed, $"The provider did not answer within {Patience.TotalSeconds:0} seconds.");
        }

        ProfileTrial Ended(string? code, string? message) => new(called, code, message, Stopwatch.GetElapsedTime(begun));
    }
}
