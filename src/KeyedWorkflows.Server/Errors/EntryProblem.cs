namespace KeyedWorkflows.Server;

/// <summary>What is wrong with one of many entries of a request.</summary>
/// <param name="Index">Which, from 0.</param>
/// <param name="Part">Which part of it.</param>
/// <param name="Code">The code that it would be refused with alone.</param>
/// <param name="Message">A sentence that says what to do.</param>
internal sealed record EntryProblem(int Index, string Part, string Code, string Message);
