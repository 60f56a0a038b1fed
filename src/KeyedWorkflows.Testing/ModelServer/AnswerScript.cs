namespace KeyedWorkflows.Testing;

/// <summary>Answers given in order, each once. An answer that does not fit the request's operation stays where it is.</summary>
internal sealed class AnswerScript(ModelAnswer[] answers)
{
    private readonly Lock _lock = new();
    private int _next;

    public ModelAnswer? Next(ModelRequest request)
    {
        lock (_lock)
            return _next < answers.Length && answers[_next].Fits(request.Operation) ? answers[_next++] : null;
    }
}
