using System.Globalization;

namespace KeyedWorkflows.KeyCorpus.Cases;

/// <summary>
/// Reads the <c>.forms</c> files: <c>=== kind count [name=value …] [negative]</c> begins a kind, <c>--- body|member|types|file [none|formats|url] [exam]</c> one of its forms. In a form, <c>«…»</c> is where the key stands and
/// <c>◆</c> where its pieces come together.
/// </summary>
internal static class FormReader
{
    public static IReadOnlyList<CaseKind> ReadAll()
    {
        var assembly = typeof(FormReader).Assembly;
        var kinds = new List<CaseKind>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".forms", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            kinds.AddRange(Read(reader.ReadToEnd().Replace("\r", "", StringComparison.Ordinal), name.Contains("negatives", StringComparison.Ordinal)));
        }
        return kinds;
    }

    private static IEnumerable<CaseKind> Read(string text, bool negatives)
    {
        foreach (var section in ("\n" + text).Split("\n=== ").Skip(1))
        {
            var parts = ("\n" + section).Split("\n--- ");
            var words = parts[0].Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            string Option(string name) => words.FirstOrDefault(w => w.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";
            IReadOnlyList<string> Options(string name) => Option(name).Split(',', StringSplitOptions.RemoveEmptyEntries);
            var value = Option("value");
            yield return new CaseKind(
                words[0],
                int.Parse(words[1], CultureInfo.InvariantCulture),
                IsPositive: !negatives && value.Length == 0 && !words.Contains("negative"),
                Counts: Option("counts") != "false",
                Option("formats"),
                value,
                Option("literal"),
                Options("forms"),
                Options("file"),
                [.. parts.Skip(1).Select(ReadForm)]);
        }
    }

    private static Form ReadForm(string part)
    {
        var end = part.IndexOf('\n', StringComparison.Ordinal);
        var words = part[..end].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var context = Context.Telling;
        foreach (var word in words.Skip(1))
        {
            if (word != "exam")
                context = Enum.Parse<Context>(word, ignoreCase: true);
        }
        return new Form(Enum.Parse<FormKind>(words[0], ignoreCase: true), context, words.Contains("exam"), part[(end + 1)..].Trim('\n'));
    }
}
