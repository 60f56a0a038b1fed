using System.Globalization;

namespace KeyedWorkflows.Generators.Emitting;

/// <summary>Numbers as C# writes them, on a machine of any culture.</summary>
internal static class Numbers
{
    public static string Of(int value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture) + "L";

    public static string Of(double value) => value switch
    {
        double.PositiveInfinity => "double.PositiveInfinity",
        double.NegativeInfinity => "double.NegativeInfinity",
        _ when double.IsNaN(value) => "double.NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture) + "D",
    };

    /// <summary>A number of single precision: the shortest text of what the author wrote.</summary>
    public static string OfSingle(double value) => double.IsNaN(value) || double.IsInfinity(value) ? "(float)" + Of(value) : value.ToString("R", CultureInfo.InvariantCulture) + "F";
}
