namespace KeyedWorkflows.Storage;

/// <summary>A key that a reference led to.</summary>
/// <param name="Secret">The key.</param>
/// <param name="Mark">A random mark of this value: while the value stays, so does its mark.</param>
/// <param name="ReadAt">When it was read: a time stamp of the clock.</param>
/// <param name="FreshFor">How long it is used without asking again.</param>
/// <param name="UsableFor">How long it may be used at all: the vault's word. Null: as long as the host's options allow.</param>
internal sealed record HeldValue(Secret Secret, string Mark, long ReadAt, TimeSpan FreshFor, TimeSpan? UsableFor);
