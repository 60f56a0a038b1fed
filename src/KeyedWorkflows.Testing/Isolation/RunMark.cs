using System.Globalization;
using System.Text;

namespace KeyedWorkflows.Testing;

/// <summary>
/// The markers of a proof's runs. A run's marker goes with its flow of execution, whatever client it uses: so a request tells which run made it, and its key who pays.
/// </summary>
internal sealed class RunMark
{
    private const string Prefix = "isolation-run-";
    private const int Digits = 8;

    private static readonly AsyncLocal<string?> Flow = new();
    private static readonly byte[] PrefixBytes = Encoding.ASCII.GetBytes(Prefix);

    private readonly string _nonce = Guid.NewGuid().ToString("N")[..Digits];

    /// <summary>The marker of the run whose code is running here; null outside of runs.</summary>
    public static string? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }

    public string Of(int run) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{run:x8}{_nonce}");

    /// <summary>The run that a marker names; null where it is none of this proof.</summary>
    public int? RunOf(string? marker) => marker is not null && marker.StartsWith(Prefix, StringComparison.Ordinal) ? Read(marker.AsSpan(Prefix.Length)) : null;

    /// <summary>The runs that a text names, each once.</summary>
    public HashSet<int> RunsIn(string text)
    {
        HashSet<int> runs = [];
        for (var at = text.IndexOf(Prefix, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Prefix, at + Prefix.Length, StringComparison.Ordinal))
        {
            if (Read(text.AsSpan(at + Prefix.Length)) is { } run)
                runs.Add(run);
        }
        return runs;
    }

    /// <summary>The runs that a body names, each once.</summary>
    public HashSet<int> RunsIn(ReadOnlySpan<byte> body) => body.IndexOf(PrefixBytes) < 0 ? [] : RunsIn(Encoding.UTF8.GetString(body));

    private int? Read(ReadOnlySpan<char> rest) =>
        rest.Length >= 2 * Digits && rest.Slice(Digits, Digits).SequenceEqual(_nonce) && int.TryParse(rest[..Digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var run)
            ? run
            : null;
}
