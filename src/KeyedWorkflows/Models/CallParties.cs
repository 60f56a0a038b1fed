namespace KeyedWorkflows;

/// <summary>Whose call it is, as both are now.</summary>
/// <param name="Payer">Who pays; null for a key that was given for the run.</param>
/// <param name="Caller">Who runs the workflow.</param>
internal readonly record struct CallParties(StoredProfile? Payer, RunCaller Caller);
