namespace KeyedWorkflows.Generators.Models;

/// <summary>How a method hands over its result.</summary>
internal enum ReturnShape
{
    Void,
    Value,
    Task,
    TaskOfT,
    ValueTask,
    ValueTaskOfT,

    /// <summary><c>IAsyncEnumerable&lt;string&gt;</c>; counts as <c>string</c>.</summary>
    TextStream,
}
