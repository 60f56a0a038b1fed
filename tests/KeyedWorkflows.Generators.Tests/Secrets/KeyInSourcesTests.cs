using System.Globalization;
using System.Security.Cryptography;
using KeyedWorkflows.Generators.Tests.Analyzers;
using KeyedWorkflows.Generators.Tests.Compilations;
using KeyedWorkflows.Generators.Tests.Emitting;

namespace KeyedWorkflows.Generators.Tests.Secrets;

/// <summary>An author who has a key in his sources is told nothing that repeats it: a build's log, and its errors as SARIF, lie where the sources do not.</summary>
public sealed class KeyInSourcesTests
{
    private static readonly TextFile Profiles = new("appsettings.json", """{ "KeyedWorkflows": { "Profiles": { "acme_anthropic": { "Provider": "anthropic" } } } }""");

    /// <summary>Where any name that follows the grammar is what the program does, and a key that follows it, too.</summary>
    private static readonly string[] PlacesOfNames = ["workflow's name", "slot's default"];

    /// <summary>
    /// By rule 21 of the product's security: no message, property, rule or hint name, and so no SARIF, holds a key, wherever an author put one. Emitted code repeats the author's own literals where they are what the program does
    /// (a prompt's text, a model's or a profile's name), which lie in the assembly's attributes in any case; and says nothing of a key in an error.
    /// </summary>
    [Fact]
    public async Task DiagnosticsSarifAndGeneratedCodeHoldNoCanary()
    {
        List<string> found = [];
        List<(string Place, string Key, string Source)> all = [];
        foreach (var (place, isLiteral, source, key) in Sources.SelectMany(static one => new[] { LikeKey(), LikeNameAndKey() }, static (one, key) => (one.Place, one.IsLiteral, one.Source, key)))
        {
            var isRepeated = isLiteral || (IsName(key) && PlacesOfNames.Contains(place));
            var text = source.Replace("CANARY", key, StringComparison.Ordinal);
            var compilation = TestCompilation.Of("using KeyedWorkflows;\n" + text + Analysis.Types);
            all.Add((place, key, $"using KeyedWorkflows; using Microsoft.Extensions.AI; using System.Threading.Tasks;\nnamespace N{all.Count};\n" + text + Analysis.Types));

            // What the analyzers say: all of it that SARIF is written from.
            foreach (var said in await Analysis.RunAsync(compilation, Profiles))
            {
                Look(key, $"{place}: message of {said.Id}", said.GetMessage(CultureInfo.InvariantCulture));
                Look(key, $"{place}: properties of {said.Id}", string.Join(' ', said.Properties));
                Look(key, $"{place}: rule {said.Id}", $"{said.Descriptor.Title} {said.Descriptor.Description} {said.Descriptor.MessageFormat} {said.Descriptor.HelpLinkUri} {string.Join(' ', said.Descriptor.CustomTags)}");
            }
            var emission = Emission.Of(compilation);
            Assert.Empty(emission.Result.Diagnostics);
            foreach (var (name, emitted) in emission.Files)
            {
                Look(key, $"{place}: hint name", name);
                if (!isRepeated)
                    Look(key, $"{place}: {name}", emitted);
            }
        }

        var (sarif, output) = await CommandLineCompiler.CompileAsync(all.Select(static one => one.Source));
        Assert.Contains("\"ruleId\": \"KW3006\"", sarif, StringComparison.Ordinal);
        foreach (var (place, key, _) in all)
        {
            Look(key, $"{place}: SARIF", sarif);
            Look(key, $"{place}: the compiler's output", output);
        }
        Assert.True(found.Count == 0, string.Join('\n', found));

        void Look(string key, string where, string text)
        {
            if (HoldsPiece(key, text))
                found.Add($"{where}: {text.ReplaceLineEndings(" ")[..Math.Min(300, text.Length)]}");
        }
    }

    private static bool HoldsPiece(string key, string text)
    {
        // Six signs of one alphabet stand nowhere by chance. Of hexadecimal digits they do: emitted code holds hashes.
        var length = IsName(key) ? 10 : 6;
        return Enumerable.Range(3, key.Length - 3 - length + 1).Any(start => text.Contains(key.Substring(start, length), StringComparison.OrdinalIgnoreCase));
    }

    // Letters and digits take turns in both: what chance makes look like a word is for the tests of the detector.
    private static string LikeKey() => "sk-" + string.Concat(Enumerable.Range(0, 12).Select(static _ => RandomNumberGenerator.GetString("ghjkmnpqrstuvwxyzGHJKMNPQRSTUVWXYZ", 3) + RandomNumberGenerator.GetString("0123456789", 1)));

    /// <summary>As Azure's keys: nothing in the grammar of names stands in its way.</summary>
    private static string LikeNameAndKey() => string.Concat(Enumerable.Range(0, 16).Select(static _ => RandomNumberGenerator.GetString("abcdef", 1) + RandomNumberGenerator.GetString("0123456789", 1)));

    private static bool IsName(string key) => key.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));

    /// <summary>A workflow with the key in one place; whether emitted code has to repeat it, since it is what the program does.</summary>
    private static (string Place, bool IsLiteral, string Source)[] Sources =>
    [
        ("workflow's name", false, Workflow(name: "CANARY")),
        ("description", true, Workflow(description: "CANARY")),
        ("slot", false, Workflow(slot: "\"CANARY\"")),
        ("slot's default", false, Workflow(slot: "Default = \"CANARY\"")),
        ("slot with a default", false, Workflow(slot: "\"CANARY\", Provider = \"openai\", Default = \"acme_anthropic\"")),
        ("provider", true, Workflow(slot: "Provider = \"CANARY\"")),
        ("model", true, Workflow(slot: "Model = \"CANARY\"")),
        ("prompt's text", true, Workflow(prompt: "\"Use CANARY. {{t.Question}}\"")),
        ("constant in a prompt", true, Workflow(prompt: "Key + \"{{t.Question}}\"", members: "private const string Key = \"CANARY\";")),
        ("system message", true, Workflow(prompt: "\"{{t.Question}}\", System = \"CANARY\"")),
        ("placeholder", false, Workflow(prompt: "\"{{CANARY}}\"")),
        ("member of a placeholder", false, Workflow(prompt: "\"{{t.CANARY}}\"")),
        ("unclosed placeholder", false, Workflow(prompt: "\"{{t.Question CANARY\"")),
        ("label", true, Workflow(prompt: "\"{{run.Labels.CANARY?}} {{t.Question}}\"")),
        ("prompt's file", false, Workflow(prompt: "File = \"prompts/CANARY.md\"")),
        ("prompt's model", true, Workflow(prompt: "\"{{t.Question}}\", Model = \"CANARY\"")),
        ("tool", false, Workflow(prompt: "\"{{t.Question}}\", Tools = [\"CANARY\"]")),
        ("options", false, Workflow(prompt: "\"{{t.Question}}\", ConfigureOptions = \"CANARY\"")),
        ("slot of a parameter", false, Workflow(chat: "[Slot(\"CANARY\")] IChatClient chat")),
        ("model of a parameter", true, Workflow(chat: "[Slot(\"main\", Model = \"CANARY\")] IChatClient chat")),
        ("condition", false, Workflow(members: "[Step(When = \"CANARY\")] public Topic? Only(Ticket t) => null;")),
        ("answer of a condition", true, Workflow(members: "public string Route(Ticket t) => \"\"; [Step(When = nameof(Route), Is = \"CANARY\")] public Topic Only(Ticket t) => null!;")),
        ("order", false, Workflow(members: "[Step(After = [\"CANARY\"])] public Topic Late(Ticket t) => null!;")),
        ("producer", false, Workflow(members: "[Step] public Topic Late([From(\"CANARY\")] Ticket t) => null!;")),
        ("sub-workflow's slots", false, Workflow(members: "[SubWorkflow(typeof(V), Slots = [\"CANARY=main\"])] public partial Task<Reply> Sub(Ticket t);")),
        ("sub-workflow's slots, ours", false, Workflow(members: "[SubWorkflow(typeof(V), Slots = [\"main=CANARY\"])] public partial Task<Reply> Sub(Ticket t);")),
        ("tool's name", true, Workflow(prompt: "\"{{t.Question}}\", Tools = [nameof(Look)]", members: "[Tool(Name = \"CANARY\", Description = \"d\")] public string Look(int i) => \"\";")),
    ];

    private static string Workflow(string name = "w", string description = "d", string slot = "", string prompt = "\"{{t.Question}}\"", string chat = "IChatClient chat", string members = "") => $$"""
        [Workflow("{{name}}", Description = "{{description}}")]
        [CredentialProfile({{slot}})]
        public sealed partial class W : IWorkflow<Ticket, Reply>
        {
            [Prompt({{prompt}})] public partial Task<string> Ask(Ticket t, {{chat}});
            [Step, Output] public Reply Finish([From(nameof(Ask))] string text) => new(text);
            {{members}}
        }
        [Workflow("v")]
        [CredentialProfile]
        public sealed partial class V : IWorkflow<Ticket, Reply>
        {
            [Prompt("{{"{{t.Question}}"}}")] public partial Task<Reply> Ask(Ticket t, IChatClient chat);
        }
        """;
}
