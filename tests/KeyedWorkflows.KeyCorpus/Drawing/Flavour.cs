namespace KeyedWorkflows.KeyCorpus.Drawing;

/// <summary>Which vocabulary and idioms are drawn from. Rules are tuned on one and examined on the other.</summary>
internal enum Flavour
{
    Practice,
    Exam,
}
