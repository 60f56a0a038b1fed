namespace KeyedWorkflows.Generators.Tests.Executor.Running;

/// <summary>What the script gives a step to return.</summary>
public readonly struct Given
{
    /// <summary>The text of a single result; null where the step returns null.</summary>
    public string? Text { get; init; }

    /// <summary>How many elements a sequence has.</summary>
    public int Length { get; init; }

    /// <summary>What a yes-or-no condition answers.</summary>
    public bool Flag { get; init; }

    /// <summary>What a routing condition answers.</summary>
    public Route Route { get; init; }

    /// <summary>The elements of a sequence.</summary>
    public IEnumerable<string> Texts
    {
        get
        {
            for (var element = 0; element < Length; element++)
                yield return Provenance.Element(Text!, element);
        }
    }

    /// <summary>The pieces of a streamed text.</summary>
    public IEnumerable<string> Pieces => [Text![..(Text!.Length / 2)], "", Text![(Text!.Length / 2)..]];
}
