namespace KeyedWorkflows.Benchmarks.Load;

/// <summary>A program that answers a question on a named client's key.</summary>
internal interface ILoadSubject : IAsyncDisposable
{
    Task<string> AnswerAsync(string profile, LoadQuestion question);
}
