namespace KeyedWorkflows.KeyCorpus.Cases;

/// <summary>How people write something: a text with <c>$tokens$</c>, put into a whole file before it is used.</summary>
/// <param name="ForExam">Not drawn for practice.</param>
internal sealed record Form(FormKind Kind, Context Context, bool ForExam, string Text);
