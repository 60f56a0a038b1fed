namespace KeyedWorkflows.Generators.Keys;

/// <summary>
/// Tells random texts from those that people write. Each character costs what it costs somebody who writes words and identifiers, by the character before it; a text that costs them much more than it would cost a die is random.
/// The table was counted over the documentation of .NET and over public C# code.
/// </summary>
internal static class Randomness
{
    /// <summary>In nats: below this a text may be an odd word.</summary>
    private const double Least = 10;

    /// <summary>In nats per character: below this a long text has parts that are random, and is not random itself.</summary>
    private const double LeastPerCharacter = 0.6;

    /// <summary>A shorter part of digits and a to f may be a word or a number.</summary>
    private const int ShortestHexadecimal = 8;

    private const int Digit = 26;
    private const int Other = 27;
    private const int Kinds = 28;

    /// <summary>The first character of the scale that the table is written in, and its steps per nat.</summary>
    private const char Zero = '#';
    private const double StepsPerNat = 9;

    /// <summary>Row: the character before (a to z, a digit, anything else). Column: the character.</summary>
    private static readonly double[] Costs = Read(
        """
            TE<;VS=jCoW7?;^Bf;71DSRSMRPA
            7MCM:XRN9>P4NR>Nb@?M2WTVBfFA
            <UIW8bW<HsAAOY/Uj6C6?bhiMlU>
            5IH@-PPM6][BQTAHbECKKNTVOpT5
            ?N<@OFMTOi[A87RGL489YJP@Ps^6
            ;ZU]<Bje3ae9]Z6`eBO/EdZhQcI7
            BSHU.RDC=ZRDL9GPf=>G?PYbU`R2
            3QGT0Y_]<Z_VJU8R]>L3EY`nCbX:
            @H5?AKEZ_i_?@22GeI>8aIjVrD_O
            DNRU,TXGLWTK]]ALWS,QLJGWTNII
            DNGP*BOS5_^SSALKZK=HIRV]ZZU6
            <HJ?1SSX4hX:QT9HcM@=?P[lFhY7
            9HTR2Y_e5hb?FV=<lZKOLEcl[o]-
            =U<=5D:UEYSQNHALQN72FHXnZgS7
            OIC?_<HjO_I?>.K?r49F@HG]chjH
            9WJL5_TGAoa=X97Bi7C9EX[tXkW5
            L]VT^dT`XhWBT_KUZVU_&T^YRhN2
            9UEL/QL_7qMOEH5OnH?BFCYn@nW8
            E_CY7VaJ=jQTWU9=_U?1E^Xu6iV2
            :W?S1R_@4idPLX>Ci=B@JYSh@kY4
            BDGG7KMj<pg9<7Z@g3<3`bsa[^OS
            1N9S-T][0]`WOZDVYXOQSagdUUFN
            <KGM6F^F1_ZMQ=7SW6:KOPKUUXD=
            JL9S=W[WGS]S2LM8bMM,OQbaO_@>
            HLHNJNSVHdXNG;P6aL+F[UOUX]Q1
            -XPR-[MRB[bMQY8S^MP[BRCCUQHI
            LJJLLKZQXNVOSOYTZOONNNQHQL*-
            ;I:?AAGC>ORG7CG=X>5<JGHIecJ>
            """);

    private static readonly double Digits = Math.Log(10);
    private static readonly double Others = Math.Log(5);
    private static readonly double DieOfOthers = Math.Log(64);

    /// <summary>Whether a part of a text is random.</summary>
    public static bool IsRandom(string text, int start, int length)
    {
        var surprise = Surprise(text, start, length);
        return surprise >= Least && surprise >= LeastPerCharacter * length;
    }

    /// <summary>How much more a text costs somebody who writes words than it costs a die, in nats. Parts between separators have dice of their own: a key may be put together from hexadecimal digits and letters.</summary>
    public static double Surprise(string text, int start, int length)
    {
        var end = start + length;
        var surprise = 0d;
        var before = Other;
        for (var i = start; i < end;)
        {
            var partEnd = i;
            while (partEnd < end && KindOf(text[partEnd]) != Other)
                partEnd++;
            if (partEnd == i)
            {
                surprise += Costs[(before * Kinds) + Other] + Others - DieOfOthers;
                before = Other;
                i++;
                continue;
            }
            surprise += SurpriseOfPart(text, i, partEnd, before);
            before = KindOf(text[partEnd - 1]);
            i = partEnd;
        }
        return surprise;
    }

    private static double SurpriseOfPart(string text, int start, int end, int before)
    {
        var lower = false;
        var upper = false;
        var digits = false;
        var hexadecimal = end - start >= ShortestHexadecimal;
        for (var i = start; i < end; i++)
        {
            var c = text[i];
            lower |= IsLower(c);
            upper |= IsUpper(c);
            digits |= IsDigit(c);
            hexadecimal &= IsDigit(c) || c is (>= 'a' and <= 'f') or (>= 'A' and <= 'F');
        }
        var die = Math.Log((lower && upper, digits) switch
        {
            (false, true) when hexadecimal && (lower || upper) => 16,
            (false, true) => 36,
            (false, false) => 26,
            (true, true) => 62,
            (true, false) => 52,
        });
        var surprise = 0d;
        for (var i = start; i < end; i++)
        {
            var kind = KindOf(text[i]);
            surprise += Costs[(before * Kinds) + kind] - die;
            surprise += kind == Digit ? Digits : lower && upper ? CostOfCase(text[i], i > start ? text[i - 1] : '\0') : 0;
            before = kind;
        }
        return surprise;
    }

    /// <summary>A capital in the midst of a word is rare, and after a capital either is usual.</summary>
    private static double CostOfCase(char c, char previous) => (IsLower(previous), IsUpper(previous), IsUpper(c)) switch
    {
        (true, _, true) => 2.7,
        (true, _, false) => 0.07,
        (_, true, true) => 0.8,
        (_, true, false) => 0.6,
        (_, _, true) => 1.05,
        _ => 0.43,
    };

    private static int KindOf(char c) =>
        IsLower(c) ? c - 'a'
        : IsUpper(c) ? c - 'A'
        : IsDigit(c) ? Digit
        : Other;

    private static bool IsLower(char c) => c is >= 'a' and <= 'z';

    private static bool IsUpper(char c) => c is >= 'A' and <= 'Z';

    private static bool IsDigit(char c) => c is >= '0' and <= '9';

    private static double[] Read(string table)
    {
        var costs = new double[Kinds * Kinds];
        var at = 0;
        foreach (var c in table)
        {
            if (c >= Zero)
                costs[at++] = (c - Zero) / StepsPerNat;
        }
        return costs;
    }
}
