using System.Diagnostics.CodeAnalysis;

namespace KeyedWorkflows;

/// <summary>Which model a call asks for.</summary>
internal static class ModelChoice
{
    /// <summary>What the provider calls a model under a profile: its map is applied last.</summary>
    [return: NotNullIfNotNull(nameof(model))]
    public static string? Mapped(StoredProfile? profile, string? model) => model is not null && profile is { Models.Count: > 0 } && profile.Models.TryGetValue(model, out var mapped) ? mapped : model;
}
