using System.Globalization;
using KeyedWorkflows.KeyCorpus.Drawing;

namespace KeyedWorkflows.KeyCorpus.Cases;

/// <summary>All cases of a seed and flavour: always the same ones.</summary>
internal static class Corpus
{
    /// <summary>Where the pieces of a key are put together.</summary>
    private const char Main = '◆';

    public static IReadOnlyList<KeyCase> Draw(ulong seed, Flavour flavour)
    {
        var kinds = FormReader.ReadAll();
        var cases = new List<KeyCase>();
        foreach (var kind in kinds)
        {
            var forms = kind.Forms.Concat(kind.FormsOf.SelectMany(name => kinds.Single(k => k.Name == name).Forms))
                .Where(f => flavour == Flavour.Exam || !f.ForExam)
                .OrderByDescending(f => f.ForExam)
                .ToArray();
            for (var i = 0; i < kind.Count; i++)
                cases.Add(One(kind, forms, i, seed, flavour));
        }
        return cases;
    }

    private static KeyCase One(CaseKind kind, Form[] forms, int index, ulong seed, Flavour flavour)
    {
        var draw = Drawing.Draw.For(seed, flavour, kind.Name, index);
        var offset = Drawing.Draw.For(seed, flavour, kind.Name, -1).Next(1000);
        var formats = Formats(kind.Formats);
        // Neighbouring cases differ in both, so that every form meets every format before long.
        var form = forms[(index + (formats.Count == 0 ? 0 : index / formats.Count)) % forms.Length];
        var format = kind.Value.Length > 0 ? null : formats.Count > 0 ? formats[(index + offset) % formats.Count] : Fitting(form.Context, draw, index + offset);
        if (!kind.IsPositive && kind.Formats.Length == 0)
            format = null;

        var id = kind.Name.Replace("-", "", StringComparison.Ordinal) + index.ToString("D3", CultureInfo.InvariantCulture);
        var scene = new Scene(draw, format, form.Text) { Literal = Spellings.Of(kind.Literal, draw), Lookalike = kind.Value };
        var isSettings = kind.FileNames.Count > 0;
        var text = isSettings ? scene.Fill(form.Text) + "\n" : FileWriter.Write(form, scene, "C" + id);
        var main = Math.Max(0, text.IndexOf(Main, StringComparison.Ordinal));
        text = Scene.Unmark(text.Replace(Main.ToString(), "", StringComparison.Ordinal), out var lines);
        var line = lines.Count == 0 ? 0 : main == 0 ? lines[0] : text.AsSpan(0, Math.Min(main, text.Length)).Count('\n') + 1;
        if (main > 0)
            line = lines.MinBy(l => Math.Abs(l - line));
        return new KeyCase(
            id,
            kind.Name,
            format?.Name ?? "",
            isSettings ? draw.Of(SettingsNames(kind, form)) : FileName(form, scene),
            text,
            kind.IsPositive,
            kind.IsPositive ? line : 0,
            kind.IsPositive ? lines : [],
            kind.Counts,
            form.Context == Context.None ? "nothing around it says that it is a key" : "");
    }

    private static IReadOnlyList<KeyFormat> Formats(string name) => name switch
    {
        "" => [],
        "all" => KeyFormats.All,
        "plain" => KeyFormats.Plain,
        "random" => KeyFormats.Random,
        "passwords" => KeyFormats.Passwords,
        "storage" => KeyFormats.Storage,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No formats of that name."),
    };

    private static KeyFormat Fitting(Context context, Draw draw, int index)
    {
        var plain = KeyFormats.Plain[(index * 7) % KeyFormats.Plain.Count];
        if (context == Context.None)
            return plain;
        if (context == Context.Url)
            return plain.FitsUrl ? plain : KeyFormats.Plain[7];
        var die = draw.Next(100);
        return die < 55 || (context == Context.Formats && die < 70) ? plain
            : die < 80 || context == Context.Formats ? draw.Of(KeyFormats.InContext)
            : draw.Of(KeyFormats.Random);
    }

    private static string FileName(Form form, Scene scene) => form.Kind == FormKind.File && !form.Text.Contains("[assembly:", StringComparison.Ordinal) ? "Program.cs"
        : scene.Fill("$Cls$") + (form.Text.Contains("[Fact]", StringComparison.Ordinal) || form.Text.Contains("[Theory]", StringComparison.Ordinal) ? "Tests.cs" : ".cs");

    /// <summary>A borrowed form keeps the syntax of its file.</summary>
    private static IReadOnlyList<string> SettingsNames(CaseKind kind, Form form) => form.Text.TrimStart()[0] switch
    {
        '<' => ["App.config", "Web.config"],
        '{' => kind.Forms.Contains(form) ? kind.FileNames : form.Text.Contains("commandName", StringComparison.Ordinal) ? ["Properties/launchSettings.json"] : ["appsettings.json", "appsettings.Development.json"],
        _ when kind.Forms.Contains(form) => kind.FileNames,
        _ when form.Text.Contains('=', StringComparison.Ordinal) && !form.Text.Contains(": ", StringComparison.Ordinal) => [".env", "local.env"],
        _ => ["settings.yaml"],
    };
}
