using System.Collections;
using System.Text.Json;
using KeyedWorkflows.Testing;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>What bad input gets: a typed error that names its place, before any model call where it can be known then, and never a key.</summary>
public sealed partial class BadInputTests
{
    [Fact]
    public async Task An_unknown_profile()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var error = await RefusedAsync(desk, new Question("x"), "nobody");

        Assert.Equal((WorkflowErrorCodes.ProfileNotFound, "main", null), (error.Code, error.Slot, error.Profile));
        Assert.DoesNotContain("nobody", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disabled_profile()
    {
        await using var desk = await ServiceDesk.OpenAsync(static builder => builder.AddProfile(ServiceDesk.Profile("gone", ServiceDesk.NewKey()) with { Enabled = false }));

        var error = await RefusedAsync(desk, new Question("x"), "gone");

        Assert.Equal((WorkflowErrorCodes.ProfileDisabled, "main", "gone"), (error.Code, error.Slot, error.Profile));
    }

    [Fact]
    public async Task A_profile_of_another_provider()
    {
        await using var desk = await ServiceDesk.OpenAsync(static builder => builder.AddProfile(ServiceDesk.Profile("other", ServiceDesk.NewKey()) with { Provider = "anthropic" }));

        var error = await RefusedAsync(desk, new Question("x"), "other");

        Assert.Equal((WorkflowErrorCodes.ProviderMismatch, "main", "other"), (error.Code, error.Slot, error.Profile));
    }

    [Fact]
    public async Task No_model_found()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<INoModelClient>().RunAsync(new Question("x"), "acme", ServiceDesk.Ct));

        AssertHoldsNoKey(error, desk.AcmeKey, desk.BravoKey);
        Assert.Equal((WorkflowErrorCodes.ModelMissing, "no-model", "main", "acme"), (error.Code, error.Workflow, error.Slot, error.Profile));
        desk.AssertNoModelCall();
    }

    [Fact]
    public async Task No_credential_at_all()
    {
        await using var desk = await ServiceDesk.OpenAsync();

#pragma warning disable KW1004 // That a run without credential is refused is what is tested.
        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IStrictClient>().RunAsync(new Question("x"), ServiceDesk.Ct));
#pragma warning restore KW1004

        Assert.Equal((WorkflowErrorCodes.CredentialMissing, "strict", "main"), (error.Code, error.Workflow, error.Slot));
        desk.AssertNoModelCall();
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(null)]
    [InlineData("Not A Name")]
    public async Task An_empty_or_malformed_name(string? name)
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal(WorkflowErrorCodes.CredentialInvalid, (await RefusedAsync(desk, new Question("x"), name)).Code);
        Assert.Equal(WorkflowErrorCodes.CredentialInvalid, (await RefusedAsync(desk, new Question("x"), default(Credential))).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a key with spaces")]
    [InlineData("key\r\nX-Injected: 1")]
    [InlineData("clé")]
    public async Task An_empty_or_malformed_key(string text)
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var error = await RefusedAsync(desk, new Question("x"), Credential.ApiKey(text));

        Assert.Equal((WorkflowErrorCodes.CredentialInvalid, "main"), (error.Code, error.Slot));
        if (text.Length > 0)
            Assert.DoesNotContain(text, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyAsProfileNameIsEchoedNowhere()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        var key = ServiceDesk.NewKey();

        foreach (var credential in (Credential[])[key, Credential.Tenant(key), Credential.Id(key)])
        {
            AssertHoldsNoKey(await RefusedAsync(desk, new Question("x"), credential), key);
            var explained = await desk.Client<IStrictClient>().ExplainAsync(new Question("x"), credential, ServiceDesk.Ct);
            Assert.False(explained.CanRun);
            Assert.DoesNotContain(key, JsonSerializer.Serialize(explained), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_missing_input()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal(WorkflowErrorCodes.InvalidInput, (await RefusedAsync(desk, null!, "acme")).Code);
    }

    [Fact]
    public async Task A_null_in_a_template()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var error = await RefusedAsync(desk, new Question(null!), "acme");

        Assert.Equal((WorkflowErrorCodes.PromptInvalid, "Ask"), (error.Code, error.Step));
        Assert.Contains("{{question.Text}}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_token()
    {
        await using var desk = await ServiceDesk.OpenAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var client = desk.Client<IStrictClient>();

        Assert.Equal(cancelled.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.RunAsync(new Question("x"), "acme", cancelled.Token))).CancellationToken);
        Assert.Equal(cancelled.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.StartAsync(new Question("x"), "acme", cancelled.Token))).CancellationToken);
        Assert.Equal(cancelled.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ExplainAsync(new Question("x"), "acme", cancelled.Token))).CancellationToken);
        Assert.Equal(cancelled.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EventText.ListAsync(client.StreamAsync(new Question("x"), "acme", cancelled.Token)))).CancellationToken);
        desk.AssertNoModelCall();
    }

    [Fact]
    public async Task A_malformed_tenant_in_the_options()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IStrictClient>().RunAsync(new Question("x"), "acme", new RunOptions { Tenant = "Not A Tenant" }, ServiceDesk.Ct));
        var other = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IStrictClient>().RunAsync(new Question("x"), "acme", new RunOptions { Tenant = "bravo" }, ServiceDesk.Ct));

        Assert.Equal((WorkflowErrorCodes.InvalidInput, WorkflowErrorCodes.TenantMismatch), (error.Code, other.Code));
        desk.AssertNoModelCall();
    }

    public static TheoryData<string, string> Faults { get; } = new()
    {
        { nameof(ModelServerFault.Unauthorized), WorkflowErrorCodes.Unauthorized },
        { nameof(ModelServerFault.EchoKeyInError), WorkflowErrorCodes.Unauthorized },
        { nameof(ModelServerFault.InsufficientQuota), WorkflowErrorCodes.QuotaExceeded },
        { nameof(ModelServerFault.RateLimited), WorkflowErrorCodes.RateLimited },
        { nameof(ModelServerFault.ModelNotFound), WorkflowErrorCodes.ModelNotFound },
        { nameof(ModelServerFault.ContentFiltered), WorkflowErrorCodes.ContentFiltered },
        { nameof(ModelServerFault.ContextLengthExceeded), WorkflowErrorCodes.RequestRefused },
        { nameof(ModelServerFault.CutConnection), WorkflowErrorCodes.ConnectionFailed },
        { nameof(ModelServerFault.ServerError), WorkflowErrorCodes.ProviderFailed },
        { nameof(ModelServerFault.Malformed), WorkflowErrorCodes.ProviderFailed },
        { nameof(ModelServerFault.NoChoices), WorkflowErrorCodes.ProviderFailed },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_provider_that_fails_is_a_typed_error_that_names_step_slot_and_profile_and_no_key(string fault, string code)
    {
        await using var desk = await ServiceDesk.OpenAsync();
        desk.Server.When(static _ => true).Fail(FaultOf(fault));

        var stored = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IStrictClient>().RunAsync(new Question("x"), "acme", ServiceDesk.Ct));
        var inline = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IStrictClient>().RunAsync(new Question("x"), Credential.ApiKey(desk.BravoKey), ServiceDesk.Ct));

        Assert.Equal((code, "strict", "Ask", "main", "acme"), (stored.Code, stored.Workflow, stored.Step, stored.Slot, stored.Profile));
        Assert.Equal((code, "Ask", "main", null), (inline.Code, inline.Step, inline.Slot, inline.Profile));
        Assert.NotNull(stored.RunId);
        Assert.Equal(1, stored.Attempt);
        AssertHoldsNoKey(stored, desk.AcmeKey);
        AssertHoldsNoKey(inline, desk.BravoKey);
    }

    private static ModelServerFault FaultOf(string name) => name switch
    {
        nameof(ModelServerFault.Unauthorized) => ModelServerFault.Unauthorized(),
        nameof(ModelServerFault.EchoKeyInError) => ModelServerFault.EchoKeyInError(),
        nameof(ModelServerFault.InsufficientQuota) => ModelServerFault.InsufficientQuota(),
        nameof(ModelServerFault.RateLimited) => ModelServerFault.RateLimited(TimeSpan.Zero),
        nameof(ModelServerFault.ModelNotFound) => ModelServerFault.ModelNotFound(),
        nameof(ModelServerFault.ContentFiltered) => ModelServerFault.ContentFiltered(),
        nameof(ModelServerFault.ContextLengthExceeded) => ModelServerFault.ContextLengthExceeded(),
        nameof(ModelServerFault.CutConnection) => ModelServerFault.CutConnection(),
        nameof(ModelServerFault.ServerError) => ModelServerFault.ServerError(),
        nameof(ModelServerFault.Malformed) => ModelServerFault.Malformed(),
        nameof(ModelServerFault.NoChoices) => ModelServerFault.NoChoices(),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>A run that must be refused without any model call, and without a key in its error.</summary>
    private static async Task<WorkflowRunException> RefusedAsync(ServiceDesk desk, Question question, Credential credential)
    {
        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => desk.Client<IStrictClient>().RunAsync(question, credential, ServiceDesk.Ct));
        Assert.Equal("strict", error.Workflow);
        Assert.NotNull(error.RunId);
        AssertHoldsNoKey(error, desk.AcmeKey, desk.BravoKey);
        desk.AssertNoModelCall();
        return error;
    }

    /// <summary>Looks for the keys, whole or by their first eight or last four characters as OpenAI repeats them, in every exception of the chain and in what it carries.</summary>
    private static void AssertHoldsNoKey(Exception? error, params string[] keys)
    {
        for (; error is not null; error = error.InnerException)
        {
            var data = string.Join('\n', error.Data.Cast<DictionaryEntry>().Select(static entry => $"{entry.Key}={entry.Value}"));
            foreach (var key in keys)
            {
                Assert.DoesNotContain(key, error + data, StringComparison.Ordinal);
                Assert.DoesNotContain(key[..8] + "*", error + data, StringComparison.Ordinal);
                Assert.DoesNotContain("*" + key[^4..], error + data, StringComparison.Ordinal);
            }
        }
    }

    public sealed record Question(string Text);

    [Workflow("strict")]
    [CredentialProfile(Provider = "openai", Model = "gpt-4o-mini")]
    public sealed partial class Strict : IWorkflow<Question, string>
    {
        [Prompt("{{question.Text}}")]
        public partial Task<string> Ask(Question question, IChatClient chat, CancellationToken ct);
    }

    [Workflow("no-model")]
    [CredentialProfile]
    public sealed partial class NoModel : IWorkflow<Question, string>
    {
        [Prompt("{{question.Text}}")]
        public partial Task<string> Ask(Question question, IChatClient chat, CancellationToken ct);
    }
}
