using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

// What these workflows do is what the analyzers warn of.
#pragma warning disable KW4001, KW4002, KW4003, KW4004, KW4005, CA2211

namespace KeyedWorkflows.Testing.Tests;

/// <summary>What singletons of careless hosts look like.</summary>
internal sealed class SharedState
{
    public IChatClient? Client;
    public string? Question;

    public ConcurrentDictionary<string, string> Answers { get; } = new();
}

/// <summary>Keeps "the" client in a shared service while its own step is still going.</summary>
[Workflow("leaks-client")]
[CredentialProfile(Provider = "openai", Model = "gpt-test")]
internal sealed partial class LeaksClient(SharedState shared) : IWorkflow<Ticket, string>
{
    [Step]
    public async Task<string> Ask(Ticket ticket, IChatClient chat, CancellationToken ct)
    {
        shared.Client = chat;
        await Task.Yield();
        var answer = await shared.Client.GetResponseAsync(ticket.Question, cancellationToken: ct);
        await chat.GetResponseAsync("And once more, so that the step lasts.", cancellationToken: ct);
        return answer.Text;
    }
}

/// <summary>Makes a client once and for all.</summary>
[Workflow("keeps-client")]
[CredentialProfile(Provider = "openai", Model = "gpt-test")]
internal sealed partial class KeepsClient : IWorkflow<Ticket, string>
{
    private static IChatClient? s_first;

    [Step]
    public async Task<string> Ask(Ticket ticket, IChatClient chat, CancellationToken ct)
    {
        Interlocked.CompareExchange(ref s_first, chat, null);
        return (await s_first.GetResponseAsync(ticket.Question, cancellationToken: ct)).Text;
    }
}

/// <summary>Asks what another run was asked.</summary>
[Workflow("leaks-input")]
[CredentialProfile(Provider = "openai", Model = "gpt-test")]
internal sealed partial class LeaksInput(SharedState shared) : IWorkflow<Ticket, string>
{
    [Step]
    public async Task<string> Ask(Ticket ticket, IChatClient chat, CancellationToken ct)
    {
        shared.Question = ticket.Question;
        await Task.Yield();
        await chat.GetResponseAsync(shared.Question, cancellationToken: ct);
        return "done";
    }
}

/// <summary>Answers from a cache that knows no clients.</summary>
[Workflow("leaks-answer")]
[CredentialProfile(Provider = "openai", Model = "gpt-test")]
internal sealed partial class LeaksAnswer(SharedState shared) : IWorkflow<string, string>
{
    [Step]
    public async Task<string> Ask(string question, IChatClient chat, CancellationToken ct)
    {
        if (shared.Answers.TryGetValue("greeting", out var known))
            return known;
        return shared.Answers["greeting"] = (await chat.GetResponseAsync("How do we greet? " + question.Length, cancellationToken: ct)).Text;
    }
}

/// <summary>Asks on a flow of its own.</summary>
[Workflow("hides-run")]
[CredentialProfile(Provider = "openai", Model = "gpt-test")]
internal sealed partial class HidesRun : IWorkflow<Ticket, string>
{
    [Step]
    public async Task<string> Ask(Ticket ticket, IChatClient chat, CancellationToken ct)
    {
        Task<ChatResponse> asked;
        using (ExecutionContext.SuppressFlow())
            asked = Task.Run(() => chat.GetResponseAsync(ticket.Question, cancellationToken: ct), ct);
        return (await asked).Text;
    }
}

/// <summary>Asks nobody.</summary>
[Workflow("asks-nobody")]
[CredentialProfile(Provider = "openai", Model = "gpt-test")]
internal sealed partial class AsksNobody : IWorkflow<Ticket, string>
{
    [Step]
    public string Answer(Ticket ticket) => ticket.Question;
}

/// <summary>Chooses by itself: by a key in its input, a name in its input, or a method.</summary>
internal sealed record Choice([property: ApiKey] Secret? Key, [property: ProfileName] string? Profile, string? Client, string Question);

[Workflow("chooses")]
[CredentialProfile(Provider = "openai", Model = "gpt-test")]
internal sealed partial class Chooses : IWorkflow<Choice, string>
{
    [ChooseProfile]
    public Credential Choose(Choice choice) => choice.Client is { } client ? Credential.Profile(client) : Credential.Unspecified;

    [Prompt("{{choice.Question}}")]
    public partial Task<string> Ask(Choice choice, IChatClient chat, CancellationToken ct);
}

/// <summary>Two payers of different families, and embeddings.</summary>
[Workflow("two-slots")]
[CredentialProfile("writer", Provider = "acme", Model = "acme-test")]
[CredentialProfile("finder", Provider = "openai", EmbeddingModel = "embed-test")]
internal sealed partial class TwoSlots : IWorkflow<Ticket, string>
{
    [Step]
    public async Task<int> Find(Ticket ticket, [Slot("finder")] IEmbeddingGenerator<string, Embedding<float>> embeddings, CancellationToken ct) =>
        (await embeddings.GenerateAsync([ticket.Question], cancellationToken: ct))[0].Vector.Length;

    [Prompt("{{ticket.Question}} {{dimensions}}")]
    public partial Task<string> Write(Ticket ticket, int dimensions, [Slot("writer")] IChatClient chat, CancellationToken ct);
}

/// <summary>Does nothing wrong.</summary>
[Workflow("asks")]
[CredentialProfile(Provider = "openai", Model = "gpt-test")]
internal sealed partial class Asks : IWorkflow<Ticket, string>
{
    [Prompt("{{ticket.Question}}")]
    public partial Task<string> Ask(Ticket ticket, IChatClient chat, CancellationToken ct);
}
