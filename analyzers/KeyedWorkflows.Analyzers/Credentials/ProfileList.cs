using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using KeyedWorkflows.Analyzers.Configuration;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.Analyzers.Credentials;

/// <summary>
/// What the project's <c>appsettings*.json</c> and <c>profiles*.json</c> say of profiles, in the section <c>KeyedWorkflows</c>; a file of profiles may leave the section out. All files count at once: which of them a host reads is
/// known when it runs, so that a rule speaks only where none of them makes it wrong.
/// </summary>
internal sealed class ProfileList
{
    private const string Section = "KeyedWorkflows:";

    /// <summary>The option of <c>.editorconfig</c> and <c>.globalconfig</c> that says what the setting of the same name does.</summary>
    private const string CompleteOption = "keyedworkflows_profiles_are_complete";

    private static readonly ConditionalWeakTable<SourceText, Reading> Readings = new();

    private readonly Dictionary<string, ListedProfile> byName = new(StringComparer.Ordinal);
    private readonly List<ListedProfile> profiles = [];
    private bool isDeclaredComplete;
    private bool isUncertain;

    private ProfileList()
    {
    }

    /// <summary>The profiles, in the order of files and lines.</summary>
    public IReadOnlyList<ListedProfile> Profiles => profiles;

    /// <summary>A file names a default profile of the host.</summary>
    public bool HasDefault { get; private set; }

    /// <summary>The files declare that the list holds every profile that a run may name, and it was read whole.</summary>
    public bool IsComplete => isDeclaredComplete && !isUncertain;

    /// <summary>The same, with what <c>.editorconfig</c> says for a file of code.</summary>
    public bool IsCompleteFor(AnalyzerConfigOptions options)
    {
        if (isUncertain || !options.TryGetValue(CompleteOption, out var value))
            return IsComplete;
        return bool.TryParse(value, out var isComplete) && isComplete;
    }

    /// <summary>Reads the files.</summary>
    public static ProfileList Read(AnalyzerOptions options, CancellationToken cancellationToken)
    {
        var list = new ProfileList();
        foreach (var file in options.AdditionalFiles)
        {
            if (IsConfiguration(file.Path, out var isOfProfiles) && file.GetText(cancellationToken) is { } text)
                list.Add(Readings.GetValue(text, static text => new(text)), isOfProfiles);
        }
        if (options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue(CompleteOption, out var value))
            list.Declare(value);
        return list;
    }

    /// <summary>The settings of a file of configuration.</summary>
    public static IReadOnlyList<ConfigurationEntry> EntriesOf(SourceText text) => Readings.GetValue(text, static text => new(text)).Entries;

    /// <summary>Whether a file is one of those that are read.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="isOfProfiles">It holds profiles alone, so that it may leave out the section's name.</param>
    public static bool IsConfiguration(string path, out bool isOfProfiles)
    {
        var name = Path.GetFileName(path);
        isOfProfiles = name.StartsWith("profiles", StringComparison.OrdinalIgnoreCase);
        return name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && (isOfProfiles || name.StartsWith("appsettings", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The rest of a setting's path below the section; null where it is not in it.</summary>
    public static string? Below(string path, bool isOfProfiles) =>
        path.StartsWith(Section, StringComparison.OrdinalIgnoreCase) ? path.Substring(Section.Length) : isOfProfiles ? path : null;

    /// <summary>The profile of a name; null where none has it. Names count by their letters, as at run time.</summary>
    public ListedProfile? Find(string name) => byName.TryGetValue(name, out var profile) ? profile : null;

    /// <summary>The names of the profiles that are known to fit.</summary>
    public List<string> Fitting(IReadOnlyList<string> providers)
    {
        var names = new List<string>();
        foreach (var profile in profiles)
        {
            if (profile.Fits(providers))
                names.Add(profile.Name);
        }
        return names;
    }

    private void Add(Reading reading, bool isOfProfiles)
    {
        isUncertain |= !reading.IsWhole;
        foreach (var entry in reading.Entries)
        {
            if (Below(entry.Path, isOfProfiles) is { } setting)
                Add(setting.Split(':'), entry.Value);
        }
    }

    private void Add(string[] path, string? value)
    {
        switch (path)
        {
            case [var name] when Is(name, "DefaultProfile"):
                HasDefault |= !string.IsNullOrWhiteSpace(value) && value != "null";
                break;
            case [var name] when Is(name, "ProfilesAreComplete"):
                Declare(value);
                break;
            case [var section, var name] when Is(section, "Profiles"):
                Add(name);
                break;
            case [var section, var name, var field] when Is(section, "Profiles"):
                if (Add(name) is not { } profile || value is null)
                    break;
                if (Is(field, "Provider"))
                    profile.AddProvider(value);
                else if (Is(field, "Tenant"))
                    profile.AddTenant(value);
                break;
        }
    }

    private ListedProfile? Add(string name)
    {
        if (!ProfileText.IsName(name))
        {
            // Something puts the name in later, such as a deployment that replaces a token; or it is refused when the host starts.
            isUncertain = true;
            return null;
        }
        if (!byName.TryGetValue(name, out var profile))
        {
            byName.Add(name, profile = new(name));
            profiles.Add(profile);
        }
        return profile;
    }

    /// <summary>One that denies it is enough: the profiles of that environment come from elsewhere, too.</summary>
    private void Declare(string? value)
    {
        if (bool.TryParse(value, out var isComplete) && isComplete)
            isDeclaredComplete = true;
        else
            isUncertain = true;
    }

    private static bool Is(string name, string setting) => string.Equals(name, setting, StringComparison.OrdinalIgnoreCase);

    private sealed class Reading
    {
        public Reading(SourceText text)
        {
            Entries = JsonConfiguration.Read(text.ToString(), out var isWhole);
            IsWhole = isWhole;
        }

        public IReadOnlyList<ConfigurationEntry> Entries { get; }

        public bool IsWhole { get; }
    }
}
