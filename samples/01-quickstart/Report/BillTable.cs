using Quickstart.Provider;

namespace Quickstart.Report;

/// <summary>Two tables side by side: what the runs say, and what the provider counted.</summary>
internal static class BillTable
{
    /// <summary>Prints the tables.</summary>
    /// <returns>Whether they agree.</returns>
    public static bool Print(IReadOnlyCollection<ClientBill> bills, LocalProvider provider, TextWriter output)
    {
        output.WriteLine("what the runs say they used                      what the provider counted");
        output.WriteLine("profile              runs   calls   tokens       key of          calls   tokens");
        var agree = true;
        foreach (var bill in bills)
        {
            var (requests, tokens) = provider.CountedFor(bill.Client);
            var same = requests == bill.Usage.Calls && tokens == bill.Usage.TotalTokens;
            agree &= same;
            output.WriteLine($"{bill.Profile,-18} {bill.Runs,6} {bill.Usage.Calls,7} {bill.Usage.TotalTokens,8}       {bill.Client,-13} {requests,7} {tokens,8}{(same ? "" : "   differs")}");
        }
        return agree;
    }

    /// <summary>Prints what the runs say alone: nobody here can ask a provider elsewhere what it counted.</summary>
    public static void Print(IReadOnlyCollection<ClientBill> bills, TextWriter output)
    {
        output.WriteLine("what the runs say they used");
        output.WriteLine("profile              runs   calls   tokens");
        foreach (var bill in bills)
            output.WriteLine($"{bill.Profile,-18} {bill.Runs,6} {bill.Usage.Calls,7} {bill.Usage.TotalTokens,8}");
    }
}
