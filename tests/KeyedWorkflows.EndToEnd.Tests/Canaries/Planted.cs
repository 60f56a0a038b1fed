using System.Diagnostics;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>An object that gives a key away, to show that it would be seen.</summary>
internal abstract class Planted
{
    /// <summary>By its text.</summary>
    internal sealed class InText(string key) : Planted
    {
        public override string ToString() => key;
    }

    /// <summary>By a property.</summary>
    internal sealed class InProperty(string key) : Planted
    {
        public string Value => key;
    }

    /// <summary>By a private field that a debugger shows.</summary>
    internal sealed class InPrivateField(string key) : Planted
    {
        private readonly Dictionary<string, object> kept = new() { ["key"] = new List<string> { key } };

        public int Count => kept.Count;
    }

    /// <summary>By the line that a debugger shows.</summary>
    [DebuggerDisplay("{Shown,nq}")]
    internal sealed class InDebuggerDisplay(string key) : Planted
    {
        [DebuggerBrowsable(DebuggerBrowsableState.Never)]
        private readonly string[] hidden = [key];

        [DebuggerBrowsable(DebuggerBrowsableState.Never)]
        private string Shown => hidden[0];
    }
}
