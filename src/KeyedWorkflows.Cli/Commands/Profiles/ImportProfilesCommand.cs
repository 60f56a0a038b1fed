using System.CommandLine;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>Takes in what an export wrote: all of it or nothing.</summary>
internal sealed class ImportProfilesCommand : CliCommand
{
    private readonly Argument<string> file = new("file") { Description = "What 'profiles export' wrote; - for standard input." };

    public ImportProfilesCommand()
        : base("import", "Creates the profiles of an export that are not there, disabled and without a key: 'profiles rotate' gives each its key, 'profiles enable' lets runs use it.") => Arguments.Add(file);

    public override IReadOnlyList<string> Examples => ["workflows profiles import profiles-export.json"];

    public override async Task<int> RunAsync(Invocation call)
    {
        var path = call.Get(file)!;
        string text;
        try
        {
            text = path == "-" ? await call.Terminal.Input.ReadToEndAsync(call.Cancellation) : await File.ReadAllTextAsync(call.PathOf(path), call.Cancellation);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CommandFault.NotFound("There is no such file. Nothing was imported.");
        }
        await using var store = call.OpenStore(make: true);
        var result = await store.ImportProfilesAsync(text, call.Cancellation);
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteTexts("created", result.Created);
                json.WriteTexts("skipped", result.Skipped);
                json.WriteEndObject();
            });
            return ExitCodes.Done;
        }
        call.Output.WriteLine(result.Created.Count == 0 ? "Nothing was missing." : $"Created, disabled and without a key: {string.Join(", ", result.Created)}.");
        if (result.Skipped.Count > 0)
            call.Output.WriteLine($"There before, and left as they are: {string.Join(", ", result.Skipped)}.");
        return ExitCodes.Done;
    }
}
