using System.Collections.Immutable;
using KeyedWorkflows.CodeFixes;
using KeyedWorkflows.Generators.Tests.Compilations;
using KeyedWorkflows.Generators.Tests.Emitting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>Applies code fixes as an editor does.</summary>
internal static class Fixing
{
    private static readonly ImmutableArray<CodeFixProvider> Providers =
    [
        .. typeof(MakePartialFix).Assembly.GetTypes()
            .Where(static type => !type.IsAbstract && type.IsSubclassOf(typeof(CodeFixProvider)))
            .Select(static type => (CodeFixProvider)Activator.CreateInstance(type)!),
    ];

    /// <summary>Fixes the first diagnostic of a rule, and demands exactly this source afterwards, without the types of <see cref="Analysis.Types"/>.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="source">The source, without marks.</param>
    /// <param name="expected">The source after the fix.</param>
    /// <param name="title">The title of the fix, or how it begins; null where there is only one.</param>
    /// <param name="files">Additional files, by path.</param>
    public static async Task ExpectAsync(string rule, string source, string expected, string? title = null, params (string Path, string Text)[] files)
    {
        var document = Open(source, files);
        var diagnostics = await DiagnosticsAsync(document.Project, rule);
        Assert.NotEmpty(diagnostics);
        var action = Choose(await ActionsAsync(document, diagnostics[0]), title);
        Assert.Equal(Whole(expected), await ApplySoundAsync(document, action, rule), ignoreLineEndingDifferences: true);
    }

    /// <summary>Fixes all diagnostics of a rule at once, and demands exactly this source afterwards.</summary>
    public static async Task ExpectAllAsync(string rule, string source, string expected, string? title = null, params (string Path, string Text)[] files) =>
        await ExpectAllAsync(FixAllScope.Document, rule, source, expected, title, files);

    /// <summary>The same over the whole solution, as <c>dotnet format</c> does it.</summary>
    public static async Task ExpectSolutionAsync(string rule, string source, string expected, string? title = null, params (string Path, string Text)[] files) =>
        await ExpectAllAsync(FixAllScope.Solution, rule, source, expected, title, files);

    private static async Task ExpectAllAsync(FixAllScope scope, string rule, string source, string expected, string? title, (string Path, string Text)[] files)
    {
        var ct = TestContext.Current.CancellationToken;
        var document = Open(source, files);
        var diagnostics = await DiagnosticsAsync(document.Project, rule);
        Assert.True(diagnostics.Count > 1, "Fix All is shown with two at least.");
        var action = Choose(await ActionsAsync(document, diagnostics[0]), title);
        var provider = Provider(rule);
        var fixAll = Assert.IsAssignableFrom<FixAllProvider>(provider.GetFixAllProvider());
        var all = await fixAll.GetFixAsync(new FixAllContext(document, provider, scope, action.EquivalenceKey, [rule], new Known(document, diagnostics), ct));
        Assert.NotNull(all);
        Assert.Equal(Whole(expected), await ApplySoundAsync(document, all, rule), ignoreLineEndingDifferences: true);
    }

    /// <summary>Demands that nothing is mended where a whole solution is, by what is offered first, as <c>dotnet format</c> does it.</summary>
    public static async Task ExpectNoneOfSolutionAsync(string rule, string source, params (string Path, string Text)[] files)
    {
        var ct = TestContext.Current.CancellationToken;
        var document = Open(source, files);
        var diagnostics = await DiagnosticsAsync(document.Project, rule);
        Assert.NotEmpty(diagnostics);
        var provider = Provider(rule);
        var first = (await ActionsAsync(document, diagnostics[0]))[0];
        Assert.Null(await provider.GetFixAllProvider()!.GetFixAsync(new FixAllContext(document, provider, FixAllScope.Solution, first.EquivalenceKey, [rule], new Known(document, diagnostics), ct)));
    }

    /// <summary>The titles of the fixes that are offered for the first diagnostic of a rule.</summary>
    public static async Task<IReadOnlyList<string>> TitlesAsync(string rule, string source, params (string Path, string Text)[] files)
    {
        var document = Open(source, files);
        var diagnostics = await DiagnosticsAsync(document.Project, rule);
        Assert.NotEmpty(diagnostics);
        return [.. (await ActionsAsync(document, diagnostics[0])).Select(static action => action.Title)];
    }

    /// <summary>Applies each fix that is offered for anything in a source, one at a time: none may throw, however broken the source is.</summary>
    public static async Task ApplyAllAsync(string source, params (string Path, string Text)[] files)
    {
        var document = OpenWhole(source, files);
        foreach (var diagnostic in await DiagnosticsAsync(document.Project))
        {
            if (!Providers.Any(provider => provider.FixableDiagnosticIds.Contains(diagnostic.Id)))
                continue;
            foreach (var action in await ActionsAsync(document, diagnostic))
                await ApplyAsync(document, action);
        }
    }

    private static string Whole(string source) => "using KeyedWorkflows;\n" + source + Analysis.Types;

    private static Document Open(string source, (string Path, string Text)[] files) => OpenWhole(Whole(source), files);

    private static Document OpenWhole(string source, (string Path, string Text)[] files)
    {
        var compilation = TestCompilation.Of(source);
        var workspace = new AdhocWorkspace();
        var project = ProjectId.CreateNewId();
        var solution = workspace.CurrentSolution
            .AddProject(project, "Acme", "Acme", LanguageNames.CSharp)
            .WithProjectCompilationOptions(project, compilation.Options)
            .WithProjectParseOptions(project, TestCompilation.ParseOptions)
            .AddMetadataReferences(project, compilation.References);
        var document = DocumentId.CreateNewId(project);
        foreach (var tree in compilation.SyntaxTrees)
        {
            var id = tree.FilePath == "Source0.cs" ? document : DocumentId.CreateNewId(project);
            solution = solution.AddDocument(id, tree.FilePath, tree.GetText(TestContext.Current.CancellationToken), filePath: tree.FilePath);
        }
        foreach (var (path, text) in files)
            solution = solution.AddAdditionalDocument(DocumentId.CreateNewId(project), path, SourceText.From(text), filePath: path);
        return solution.GetDocument(document)!;
    }

    /// <summary>After the generator, as in an editor.</summary>
    private static async Task<IReadOnlyList<Diagnostic>> DiagnosticsAsync(Project project, string rule) => [.. (await DiagnosticsAsync(project)).Where(diagnostic => diagnostic.Id == rule)];

    private static async Task<IReadOnlyList<Diagnostic>> DiagnosticsAsync(Project project)
    {
        var ct = TestContext.Current.CancellationToken;
        var compilation = (CSharpCompilation)(await project.GetCompilationAsync(ct))!;
        var files = new List<AdditionalText>();
        foreach (var file in project.AdditionalDocuments)
            files.Add(new TextFile(file.FilePath!, (await file.GetTextAsync(ct)).ToString()));
        var diagnostics = await Analysis.RunAsync(Emission.Of(compilation).Output, [.. files]);
        return [.. diagnostics.Where(static diagnostic => diagnostic.Location.SourceTree?.FilePath == "Source0.cs")];
    }

    private static async Task<IReadOnlyList<CodeAction>> ActionsAsync(Document document, Diagnostic diagnostic)
    {
        var tree = (await document.GetSyntaxTreeAsync(TestContext.Current.CancellationToken))!;
        var actions = new List<CodeAction>();
        await Provider(diagnostic.Id).RegisterCodeFixesAsync(new CodeFixContext(document, InTree(diagnostic, tree), (action, _) => actions.Add(action), TestContext.Current.CancellationToken));
        return actions;
    }

    private static CodeFixProvider Provider(string rule) => Providers.Single(provider => provider.FixableDiagnosticIds.Contains(rule));

    private static CodeAction Choose(IReadOnlyList<CodeAction> actions, string? title) =>
        title is null ? Assert.Single(actions) : Assert.Single(actions, action => action.Title.StartsWith(title, StringComparison.Ordinal));

    /// <summary>A fix may leave what is wrong elsewhere, and let its rule say the next thing; it makes nothing wrong that was right.</summary>
    private static async Task<string> ApplySoundAsync(Document document, CodeAction action, string rule)
    {
        var changed = await ChangeAsync(document, action);
        Assert.Equal([], (await ErrorsAsync(changed.Project)).Except(await ErrorsAsync(document.Project)).Where(error => !error.StartsWith(rule, StringComparison.Ordinal)));
        return (await changed.GetTextAsync(TestContext.Current.CancellationToken)).ToString();
    }

    private static async Task<string> ApplyAsync(Document document, CodeAction action) => (await (await ChangeAsync(document, action)).GetTextAsync(TestContext.Current.CancellationToken)).ToString();

    private static async Task<Document> ChangeAsync(Document document, CodeAction action) =>
        Assert.Single((await action.GetOperationsAsync(TestContext.Current.CancellationToken)).OfType<ApplyChangesOperation>()).ChangedSolution.GetDocument(document.Id)!;

    private static async Task<IReadOnlyList<string>> ErrorsAsync(Project project)
    {
        var ct = TestContext.Current.CancellationToken;
        var compilation = (CSharpCompilation)(await project.GetCompilationAsync(ct))!;
        var output = Emission.Of(compilation).Output;
        return
        [
            .. output.GetDiagnostics(ct).Concat(await Analysis.RunAsync(output)).Where(static one => one.Severity == DiagnosticSeverity.Error).Select(static one => $"{one.Id}: {one.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}"),
        ];
    }

    /// <summary>The same diagnostic in the tree of the workspace.</summary>
    private static Diagnostic InTree(Diagnostic diagnostic, SyntaxTree tree) => Diagnostic.Create(
        diagnostic.Descriptor,
        Location.Create(tree, diagnostic.Location.SourceSpan),
        diagnostic.AdditionalLocations.Select(location => Location.Create(tree, location.SourceSpan)),
        diagnostic.Properties,
        [diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)]);

    private sealed class Known(Document document, IReadOnlyList<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document asked, CancellationToken cancellationToken)
        {
            if (asked.Id != document.Id)
                return [];
            var tree = (await asked.GetSyntaxTreeAsync(cancellationToken))!;
            return [.. diagnostics.Select(diagnostic => InTree(diagnostic, tree))];
        }

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>([]);

        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => GetDocumentDiagnosticsAsync(document, cancellationToken);
    }
}
