using System.Text;

namespace KeyedWorkflows.Generators.Graph;

/// <summary>How names are put into a message.</summary>
internal static class Wording
{
    /// <summary>More would bury the message.</summary>
    private const int MaxListed = 6;

    /// <summary>A name of the user's code.</summary>
    public static string Code(string name) => $"`{name}`";

    /// <summary><c>A</c>; <c>A and B</c>; <c>A, B and C</c>; <c>A, B and 7 more</c>.</summary>
    public static string List(IReadOnlyList<string> items, string last = "and")
    {
        var shown = items.Count <= MaxListed ? items.Count : MaxListed - 1;
        var text = new StringBuilder();
        for (var i = 0; i < shown; i++)
        {
            if (i > 0)
                text.Append(i == items.Count - 1 ? $" {last} " : ", ");
            text.Append(items[i]);
        }
        if (shown < items.Count)
            text.Append(" and ").Append((items.Count - shown).ToString(System.Globalization.CultureInfo.InvariantCulture)).Append(" more");
        return text.ToString();
    }

    /// <summary>The attribute that names steps: <c>`[From(nameof(A), nameof(B))]`</c>.</summary>
    public static string From(IReadOnlyList<string> steps)
    {
        var text = new StringBuilder("`[From(");
        for (var i = 0; i < steps.Count; i++)
            text.Append(i == 0 ? "" : ", ").Append("nameof(").Append(steps[i]).Append(')');
        return text.Append(")]`").ToString();
    }

    /// <summary>A constant for people: <c>global::Acme.Route.Billing</c> is <c>Route.Billing</c>.</summary>
    public static string Constant(string constant)
    {
        const string Global = "global::";
        if (!constant.StartsWith(Global, StringComparison.Ordinal))
            return constant;
        var last = constant.LastIndexOf('.');
        var before = last > 0 ? constant.LastIndexOf('.', last - 1) : -1;
        return constant.Substring(before >= 0 ? before + 1 : Global.Length);
    }
}
