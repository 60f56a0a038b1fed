using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace KeyedWorkflows;

/// <summary>The families of providers that the host has added.</summary>
internal sealed class ModelProviders
{
    private readonly FrozenDictionary<string, IModelProvider> byName;

    /// <param name="providers">The families.</param>
    /// <param name="isProduction">Whether scripted ones are refused.</param>
    /// <exception cref="InvalidOperationException">A family's name is malformed, or two have the same.</exception>
    public ModelProviders(IEnumerable<IModelProvider> providers, bool isProduction)
    {
        Dictionary<string, IModelProvider> all = new(StringComparer.OrdinalIgnoreCase);
        foreach (var provider in providers)
        {
            if (!ProfileNames.IsValid(provider.Name))
                throw new InvalidOperationException($"The provider {provider.GetType()} has no usable name: it must match [a-z0-9][a-z0-9_.-]{{0,63}}.");
            if (!all.TryAdd(provider.Name, provider))
                throw new InvalidOperationException($"The provider '{provider.Name}' is added twice: by {all[provider.Name].GetType()} and {provider.GetType()}.");
        }
        byName = all.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        IsProduction = isProduction;
        Single = all.Values.Where(provider => !provider.IsScripted).Take(2).ToArray() is [var only] ? only.Name : null;
    }

    public bool IsProduction { get; }

    /// <summary>The families' names, for people.</summary>
    public string Names => byName.Count == 0 ? "none" : string.Join(", ", byName.Keys.Order(StringComparer.Ordinal));

    /// <summary>The one family that sends keys, where the host has exactly one.</summary>
    public string? Single { get; }

    /// <summary>The family's name as it gives it itself, where the host has it: slots may write it in another case.</summary>
    public string CanonicalName(string name) => byName.TryGetValue(name, out var provider) ? provider.Name : name;

    public bool RequiresKey(string name) => byName.TryGetValue(name, out var provider) && provider.RequiresKey;

    public bool TryFind(string name, [NotNullWhen(true)] out IModelProvider? provider) => byName.TryGetValue(name, out provider);
}
