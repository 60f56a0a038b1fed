using System.Collections.Frozen;

namespace KeyedWorkflows.Testing;

/// <summary>A run that a unit test makes up, for steps, tools, prompts and choosers that take a <see cref="RunContext"/>.</summary>
public sealed class TestRunContext : RunContext
{
    private readonly string? _runId;
    private readonly string? _workflow;
    private readonly string? _tenant;
    private readonly string? _profileName;
    private readonly string? _endUser;
    private readonly IReadOnlyDictionary<string, string>? _labels;
    private readonly DateTimeOffset? _deadline;

    /// <summary>Makes a run up. What is left out is absent, or a fixed value.</summary>
    /// <param name="tenant">The tenant that it serves.</param>
    /// <param name="profileName">The name of the profile that pays for every slot.</param>
    /// <param name="endUser">The caller's own user.</param>
    /// <param name="labels">The caller's labels.</param>
    /// <param name="deadline">When it must have ended.</param>
    /// <param name="workflow">The workflow's name.</param>
    /// <param name="runId">Its id.</param>
    public TestRunContext(
        string? tenant = null, string? profileName = null, string? endUser = null, IReadOnlyDictionary<string, string>? labels = null, DateTimeOffset? deadline = null, string? workflow = null, string? runId = null) =>
        (_tenant, _profileName, _endUser, _labels, _deadline, _workflow, _runId) = (tenant, profileName, endUser, labels, deadline, workflow, runId);

    /// <inheritdoc/>
    public override string RunId => _runId ?? "00000000000000000000000000000001";

    /// <inheritdoc/>
    public override string Workflow => _workflow ?? "test";

    /// <inheritdoc/>
    public override string? Tenant => _tenant;

    /// <inheritdoc/>
    public override string? ProfileName => _profileName;

    /// <inheritdoc/>
    public override string? EndUser => _endUser;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Labels => _labels ?? FrozenDictionary<string, string>.Empty;

    /// <inheritdoc/>
    public override DateTimeOffset? Deadline => _deadline;

    /// <inheritdoc/>
    public override string? ProfileNameOf(string slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        return _profileName;
    }
}
