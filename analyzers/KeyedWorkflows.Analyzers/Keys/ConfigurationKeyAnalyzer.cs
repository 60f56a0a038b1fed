using System.Collections.Immutable;
using KeyedWorkflows.Analyzers.Configuration;
using KeyedWorkflows.Generators.Keys;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.Analyzers.Keys;

/// <summary>Reports keys in the configuration files of a project (KW2002), each at its line; in a file that goes into a package, as an error.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ConfigurationKeyAnalyzer : DiagnosticAnalyzer
{
    /// <summary>What the package's targets say of a file that would be packed.</summary>
    private const string Packed = "build_metadata.AdditionalFiles.KeyedWorkflowsPacked";

    /// <summary>Data, not configuration.</summary>
    private const int LongestFile = 1 << 20;

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.KeyInFile];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownNames.Workflow) is not null)
                start.RegisterAdditionalFileAction(Analyze);
        });
    }

    private static void Analyze(AdditionalFileAnalysisContext context)
    {
        if (context.AdditionalFile.GetText(context.CancellationToken) is not { Length: < LongestFile } text)
            return;
        var file = new ConfigurationKeyCheck(context, text);
        switch (KindOf(context.AdditionalFile.Path))
        {
            case FileKind.Json:
                file.Check(JsonConfiguration.Read(text.ToString()));
                break;
            case FileKind.Xml:
                file.Check(XmlConfiguration.Read(text));
                break;
            case FileKind.Lines:
                file.Check(LineConfiguration.Read(text));
                break;
            default:
                file.CheckLines();
                break;
        }
    }

    private static FileKind KindOf(string path)
    {
        var name = Path.GetFileName(path).ToLowerInvariant();
        return name.EndsWith(".json", StringComparison.Ordinal) ? FileKind.Json
            : name.EndsWith(".env", StringComparison.Ordinal) || name.StartsWith(".env", StringComparison.Ordinal) || Path.GetExtension(name) is ".ini" or ".properties" or ".toml" or ".yml" or ".yaml" ? FileKind.Lines
            : Path.GetExtension(name) is ".xml" or ".config" or ".props" or ".targets" or ".csproj" or ".pubxml" or ".runsettings" ? FileKind.Xml
            : FileKind.Text;
    }

    private enum FileKind
    {
        Json,
        Xml,
        Lines,
        Text,
    }

    /// <summary>Looks through one file.</summary>
    private readonly struct ConfigurationKeyCheck(AdditionalFileAnalysisContext context, SourceText text)
    {
        private readonly List<TextSpan> said = [];

        public void Check(IReadOnlyList<ConfigurationEntry> entries)
        {
            for (var i = 0; i < entries.Count; i++)
            {
                var entry = entries[i];
                if (KeyFormats.Find(entry.Name) is { } asName)
                    Report(asName, entry.NameSpan, null);
                if (entry.Value is { Length: >= KeyFinder.ShortestPassword } value && (KeyFinder.Find(value) ?? OfNames(value, entries, i)) is { } found)
                    Report(found, Within(entry, value, found), entry.Path);
            }
            CheckLines();
        }

        /// <summary>Of what is no setting that is known here, such as comments, the rest of a file that cannot be read, or a file of another kind, only keys of known formats are told.</summary>
        public void CheckLines()
        {
            foreach (var line in text.Lines)
            {
                if (line.End - line.Start >= KeyFormats.Shortest && KeyFormats.Find(line.ToString()) is { } found)
                    Report(found, new TextSpan(line.Start + found.Start, found.Length), null);
            }
        }

        /// <summary>A random value, by the names from its own outwards.</summary>
        private static FoundKey? OfNames(string value, IReadOnlyList<ConfigurationEntry> entries, int at)
        {
            if (KeyFinder.FindRandom(value) is not { } found)
                return null;
            var entry = entries[at];
            var names = entry.Path.Split(':');

            // { "Name": "ApiKey", "Value": "…" }: the entry before says what the value is.
            if (names[names.Length - 1].Equals("value", StringComparison.OrdinalIgnoreCase) && at > 0 && entries[at - 1] is { Value: { } before, Name: var name } && name.ToLowerInvariant() is "name" or "key")
                return TellingNames.Of(before) == Telling.Key ? found with { Name = before } : null;
            var hasKey = false;
            for (var i = names.Length - 1; i >= 0; i--)
            {
                var telling = TellingNames.Of(names[i]);
                hasKey |= TellingNames.IsKey(names[i]);
                if (telling == Telling.Nothing && hasKey && TellingNames.HasProvider(names[i]))
                    telling = Telling.Key;
                if (telling != Telling.Nothing)
                    return telling == Telling.Key && !KeyFinder.IsOnlyToken(value, found, names[i]) ? found with { Name = names[i] } : null;
            }
            return null;
        }

        /// <summary>The key itself; the whole value where escapes hide its place.</summary>
        private static TextSpan Within(ConfigurationEntry entry, string value, FoundKey found) =>
            entry.ValueSpan.Length == value.Length ? new TextSpan(entry.ValueSpan.Start + found.Start, found.Length) : entry.ValueSpan;

        private void Report(FoundKey found, TextSpan span, string? path)
        {
            if (said.Exists(span.OverlapsWith))
                return;
            said.Add(span);
            var isPacked = context.Options.AnalyzerConfigOptionsProvider.GetOptions(context.AdditionalFile).TryGetValue(Packed, out var packed) && packed.Equals("true", StringComparison.OrdinalIgnoreCase);
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.KeyInFile,
                Location.Create(context.AdditionalFile.Path, span, text.Lines.GetLinePositionSpan(span)),
                isPacked ? DiagnosticSeverity.Error : Rules.KeyInFile.DefaultSeverity,
                additionalLocations: null,
                properties: null,
                KeyText.Without(KeyMessages.InFile(found, path, isPacked))));
        }
    }
}
