namespace KeyedWorkflows.KeyCorpus.Drawing;

/// <summary>Words, some of them for one flavour only, separated by blanks.</summary>
internal sealed class Pool(string practice, string exam, string both = "")
{
    private readonly string[] practice = Split(practice, both);
    private readonly string[] exam = Split(exam, both);

    public IReadOnlyList<string> Of(Flavour flavour) => flavour == Flavour.Exam ? exam : practice;

    private static string[] Split(string own, string both) => (own + " " + both).Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
}
