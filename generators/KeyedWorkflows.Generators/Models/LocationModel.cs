namespace KeyedWorkflows.Generators.Models;

/// <summary>A place in a file, without a reference to a syntax tree.</summary>
internal sealed record LocationModel(string FilePath, int Start, int Length, int StartLine, int StartCharacter, int EndLine, int EndCharacter);
