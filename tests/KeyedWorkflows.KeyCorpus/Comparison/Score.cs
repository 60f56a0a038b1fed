using System.Globalization;

namespace KeyedWorkflows.KeyCorpus.Comparison;

/// <summary>Counts of a tool.</summary>
/// <param name="Found">Keys that it reports.</param>
/// <param name="Keys">Keys that there are.</param>
/// <param name="FalseAlarms">Files without a key that it reports.</param>
internal sealed record Score(int Found, int Keys, int FalseAlarms)
{
    private double Precision => Found == 0 ? 0 : (double)Found / (Found + FalseAlarms);

    private double Recall => Keys == 0 ? 0 : (double)Found / Keys;

    private double F1 => Found == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Precision:0.000} / {Recall:0.000} / {F1:0.000}");
}
