using System.Collections.Concurrent;

namespace KeyedWorkflows;

/// <summary>
/// Profiles whose provider said to come later (429 with <c>Retry-After</c>): until then no further request goes out with that key of the profile to that model, by whatever run. Other profiles, other models of the profile (each has
/// a limit of its own), a new key of it, and keys that were given for a run go on. Safe for use from several threads.
/// </summary>
internal sealed class ProfileCooldowns(TimeProvider time)
{
    /// <summary>Whatever a provider says: a mistake of its must not keep a client out for a day.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(string Profile, string Revision, string Model), DateTimeOffset> ends = new();

    /// <summary>How many there may be: a look at this is all that a call pays where nothing cools.</summary>
    private int count;

    /// <summary>Notes how a request failed.</summary>
    /// <param name="profile">Who paid; null for a key that was given for the run.</param>
    /// <param name="model">The provider's own name of the model.</param>
    /// <param name="fault">What it is to the step.</param>
    public void Note(StoredProfile? profile, string model, Exception fault)
    {
        if (profile is null || fault is not ModelCallException { Code: WorkflowErrorCodes.RateLimited, IsOfCooldown: false, RetryAfter: { } wait } || wait <= TimeSpan.Zero)
            return;
        ends[(profile.Id, profile.Revision, model)] = time.GetUtcNow() + (wait < Longest ? wait : Longest);
        Volatile.Write(ref count, ends.Count);
    }

    /// <summary>Refuses a request before it is made, for as long as the provider said.</summary>
    /// <exception cref="ModelCallException">The profile cools down. It says for how long, so that who retries waits as long.</exception>
    public void ThrowIfCooling(StoredProfile? profile, string model, SlotBinding binding)
    {
        if (Volatile.Read(ref count) == 0 || profile is null)
            return;
        var key = (profile.Id, profile.Revision, model);
        if (!ends.TryGetValue(key, out var end))
            return;
        var rest = end - time.GetUtcNow();
        if (rest > TimeSpan.Zero)
        {
            throw new ModelCallException(WorkflowErrorCodes.RateLimited, $"The provider of profile '{profile.Name}' said to come later: no request is made until then.")
            {
                IsTransient = true,
                StatusCode = 429,
                RetryAfter = rest,
                IsOfCooldown = true,
                Binding = binding,
            };
        }
        ends.TryRemove(KeyValuePair.Create(key, end));
        Volatile.Write(ref count, ends.Count);
    }
}
