using KeyedWorkflows.Generators.Models;
using Microsoft.CodeAnalysis;

namespace KeyedWorkflows.Generators.Parsing;

/// <summary>The slots that a workflow declares, and who uses them.</summary>
internal sealed class SlotTable
{
    public const string DefaultSlot = "main";
    private const string Declaration = "CredentialProfile";
    private readonly ParseScope scope;
    private readonly List<Entry> entries = [];
    private bool saidThatNoneIsDeclared;

    /// <summary>Reads the declarations.</summary>
    public SlotTable(ParseScope scope)
    {
        this.scope = scope;
        foreach (var attribute in scope.Type.GetAttributes())
        {
            if (scope.Known.MarkOf(attribute) == Mark.CredentialProfile)
                Read(attribute);
        }
    }

    public int Count => entries.Count;

    /// <summary>A declaration is wrong, which is said: what is missing may be that slot.</summary>
    public bool IsAnyRefused { get; private set; }

    /// <summary>The slots of a class, by their names alone: for one that is parsed elsewhere.</summary>
    public static List<string> NamesOf(INamedTypeSymbol type, KnownSymbols known)
    {
        var names = new List<string>();
        foreach (var attribute in type.GetAttributes())
        {
            if (known.MarkOf(attribute) == Mark.CredentialProfile && attribute.Argument<string>() is { } name && !names.Contains(name))
                names.Add(name);
        }
        return names;
    }

    /// <summary>The slot's place; -1 where none has the name.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Name == name)
                return i;
        }
        return -1;
    }

    public string NameOf(int slot) => entries[slot].Name;

    /// <summary>A step, condition or sub-workflow is paid by it.</summary>
    public void Use(int slot) => entries[slot].IsUsed = true;

    /// <summary>The slot of a chooser; -1, and a fault, where there is none.</summary>
    public int Choose(string name, AttributeData attribute)
    {
        var slot = Resolve(name, attribute);
        if (slot >= 0)
            entries[slot].HasChooser = true;
        return slot;
    }

    /// <summary>The slot of a selecting input; -1, and a fault, where there is none.</summary>
    public int Select(string name, AttributeData attribute)
    {
        var slot = Resolve(name, attribute);
        if (slot >= 0)
            entries[slot].HasSelectingInput = true;
        return slot;
    }

    /// <summary>The slot that pays for a model client; -1, and a fault, where there is none.</summary>
    /// <param name="parameter">The client.</param>
    /// <param name="attribute">Its <c>[Slot]</c>.</param>
    public int Pay(IParameterSymbol parameter, AttributeData? attribute)
    {
        if (entries.Count == 0)
        {
            // One declaration is missing, however many clients wait for it.
            if (!saidThatNoneIsDeclared && !IsAnyRefused)
            {
                scope.Fault(Rules.NoCredentialProfile, ParseScope.PlaceOf(parameter),
                    $"`{parameter.Name}` is a model client, and the workflow declares no credential profile that could pay for it. Add [CredentialProfile] to the class.", [Declaration]);
            }
            saidThatNoneIsDeclared = true;
            return -1;
        }
        int slot;
        if (attribute?.Argument<string>() is { } name)
        {
            slot = Resolve(name, attribute);
        }
        else if (entries.Count == 1)
        {
            slot = 0;
        }
        else
        {
            slot = -1;
            scope.Fault(Rules.UnknownSlot, ParseScope.PlaceOf(parameter), $"The workflow declares several slots, and `{parameter.Name}` names none. Mark it with one of {Offer("[Slot(\"", "\")]")}.", Choices("Slot(\"", "\")"));
        }
        if (slot >= 0)
            Use(slot);
        return slot;
    }

    /// <summary>Says which slots nothing uses.</summary>
    public void RemarkUnused()
    {
        foreach (var entry in entries)
        {
            if (!entry.IsUsed)
            {
                // What selects for it would be left behind.
                scope.Fault(Rules.UnusedSlot, entry.Attribute.Place(scope.CancellationToken),
                    $"No step takes a model client of the slot \"{entry.Name}\". Remove the declaration, or give a step a client that it pays for.", entry.HasChooser || entry.HasSelectingInput ? default : [entry.Name]);
            }
        }
    }

    public EquatableArray<SlotModel> ToModels()
    {
        var models = new List<SlotModel>(entries.Count);
        foreach (var entry in entries)
        {
            models.Add(new()
            {
                Index = models.Count,
                Name = entry.Name,
                PropertyName = entry.PropertyName,
                Providers = ProvidersOf(entry.Attribute),
                Model = entry.Attribute.Text("Model"),
                FallbackModel = entry.Attribute.Text("FallbackModel"),
                EmbeddingModel = entry.Attribute.Text("EmbeddingModel"),
                Default = entry.Attribute.Text("Default"),
                Description = entry.Attribute.Text("Description"),
                HasChooser = entry.HasChooser,
                HasSelectingInput = entry.HasSelectingInput,
                IsUsed = entry.IsUsed,
            });
        }
        return EquatableArray.From(models);
    }

    /// <summary>Offers the slots for a message. Only names that follow the grammar are in the table.</summary>
    public string Offer(string before, string after)
    {
        var names = new List<string>(entries.Count);
        foreach (var entry in entries)
            names.Add($"`{before}{entry.Name}{after}`");
        return string.Join(", ", names);
    }

    /// <summary>The slot that was meant, as a question; empty where none is near.</summary>
    public string Guess(string written) => Near(written) is { } near ? $" Did you mean \"{near}\"?" : "";

    /// <summary>The slot that was meant; null where none is near.</summary>
    public string? Near(string written) => Nearest.Of(written, NamesOf());

    /// <summary>The slots as code for the fixes.</summary>
    public EquatableArray<string> Choices(string before, string after) => EquatableArray.From(NamesOf().ConvertAll(name => before + name + after));

    private List<string> NamesOf()
    {
        var names = new List<string>(entries.Count);
        foreach (var entry in entries)
            names.Add(entry.Name);
        return names;
    }

    private static EquatableArray<string> ProvidersOf(AttributeData attribute)
    {
        var providers = new List<string>();
        if (attribute.Text("Provider") is { Length: > 0 } single)
            providers.Add(single);
        foreach (var provider in attribute.Texts("Providers") ?? [])
        {
            if (provider.Length > 0 && !providers.Contains(provider))
                providers.Add(provider);
        }
        return EquatableArray.From(providers);
    }

    private void Read(AttributeData attribute)
    {
        var ct = scope.CancellationToken;
        if (attribute.IsBroken())
        {
            IsAnyRefused = true;
            scope.Incomplete();
            return;
        }
        var name = attribute.Argument<string>() ?? "";
        if (!Names.IsSlotName(name))
        {
            IsAnyRefused = true;
            scope.Fault(Rules.Name, attribute.Place(0, ct), "This is not a slot's name. Use a lower-case letter first, then lower-case letters, digits, `_` and `-`; 32 characters at most. Never put a key here.");
            return;
        }
        var property = Names.PropertyOf(name, scope.Type.Name + "Credentials");
        foreach (var other in entries)
        {
            if (other.PropertyName == property)
            {
                scope.Fault(Rules.Name, attribute.Place(0, ct), other.Name == name
                    ? $"The slot \"{name}\" is declared twice. Give each [CredentialProfile] a name of its own."
                    : $"The slots \"{other.Name}\" and \"{name}\" would both be the property `{property}` of the credentials. Rename one of them.");
                return;
            }
        }
        if (attribute.Text("Default") is { } profile && !Names.IsProfileName(profile))
            scope.Fault(Rules.Name, attribute.Place("Default", ct), "The default is not a profile's name. Use lower-case letters, digits, `_`, `.` and `-`; 64 characters at most. Never put a key here.");
        entries.Add(new(name, property, attribute));
    }

    private int Resolve(string name, AttributeData attribute)
    {
        var slot = IndexOf(name);
        if (slot >= 0 || IsAnyRefused)
            return slot;
        var isStated = attribute.Value(0, scope.CancellationToken) is not null;
        scope.Fault(Rules.UnknownSlot, attribute.Place(0, scope.CancellationToken), entries.Count == 0
            ? "The workflow declares no slot. Add [CredentialProfile] to the class."
            : isStated
                ? $"The workflow declares no slot of this name. It has {Offer("\"", "\"")}.{Guess(name)}"
                : $"The workflow declares no slot \"{DefaultSlot}\", which an attribute without a name means. Name one of {Offer("\"", "\"")}.",
            isStated && Near(name) is { } near ? [$"\"{near}\""] : isStated && entries.Count > 1 ? default : Choices("\"", "\""));
        return -1;
    }

    private sealed class Entry(string name, string propertyName, AttributeData attribute)
    {
        public string Name { get; } = name;

        public string PropertyName { get; } = propertyName;

        public AttributeData Attribute { get; } = attribute;

        public bool IsUsed { get; set; }

        public bool HasChooser { get; set; }

        public bool HasSelectingInput { get; set; }
    }
}
