using System.CommandLine;
using System.Globalization;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Server;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>Tries whether a profile's key works.</summary>
internal sealed class TestProfileCommand : CliCommand
{
    private readonly Argument<string> profile = KeyOptions.Profile();
    private readonly Option<string?> model = new("--model") { Description = "The model to ask, where it is not the profile's.", HelpName = "MODEL" };

    public TestProfileCommand()
        : base("test", "Asks the provider one short question under a profile's key. It costs a few tokens, which are booked to nobody.")
    {
        Arguments.Add(profile);
        Options.Add(model);
    }

    public override IReadOnlyList<string> Examples => ["workflows profiles test client_a_openai", "workflows profiles test client_a_openai --model gpt-4o"];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = await call.OpenStoreAsync();
        var found = await call.FindProfileAsync(store, call.Get(profile)!);
        var trial = await store.TryProfileAsync(found.Id, call.Get(model), call.Cancellation);
        var milliseconds = (long)trial.Elapsed.TotalMilliseconds;
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("profile_id"u8, found.Id);
                json.WriteStartObject("trial"u8);
                json.WriteBoolean("ok"u8, trial.IsOk);
                json.WriteString("model"u8, trial.Model);
                json.WriteString("error_code"u8, trial.ErrorCode);
                json.WriteString("error"u8, trial.Error);
                AdministrationJson.WriteNumber(json, "provider_status", trial.ProviderStatus);
                json.WriteString("provider_request_id"u8, trial.ProviderRequestId);
                json.WriteNumber("elapsed_ms"u8, milliseconds);
                json.WriteEndObject();
                json.WriteEndObject();
            });
        }
        else if (trial.IsOk)
        {
            call.Output.WriteLine(Printable.Of(string.Create(CultureInfo.InvariantCulture, $"Profile '{found.Name}' works: {trial.Model} answered in {milliseconds} ms.")));
        }
        return trial.IsOk ? ExitCodes.Done : throw CommandFault.Refused($"Profile '{found.Name}' does not work ({trial.ErrorCode}). {TrialView.Text(trial)}");
    }
}
