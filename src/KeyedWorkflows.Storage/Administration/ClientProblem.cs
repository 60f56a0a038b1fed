namespace KeyedWorkflows.Storage;

/// <summary>Why one of many clients cannot be added.</summary>
/// <param name="Index">Which: its place among those that were given, from 0.</param>
/// <param name="ProfileRefusal">Why its profile is refused; null where its token is.</param>
/// <param name="TokenRefusal">Why its token is refused; null where its profile is.</param>
/// <param name="Message">A sentence that says what to do. It repeats nothing that might be a key.</param>
public sealed record ClientProblem(int Index, ProfileRefusal? ProfileRefusal, TokenRefusal? TokenRefusal, string Message);
