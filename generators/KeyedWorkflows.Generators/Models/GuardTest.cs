namespace KeyedWorkflows.Generators.Models;

/// <summary>What a guard asks of its condition's answer.</summary>
internal enum GuardTest
{
    /// <summary>The answer is true.</summary>
    True,

    /// <summary>The answer is false.</summary>
    False,

    /// <summary>The answer is <see cref="GuardModel.Constant"/>.</summary>
    Is,

    /// <summary>The answer is none of <see cref="GuardModel.OtherConstants"/>, and there is one.</summary>
    Otherwise,
}
