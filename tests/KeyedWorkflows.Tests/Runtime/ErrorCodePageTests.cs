using System.Reflection;

namespace KeyedWorkflows.Tests.Runtime;

public sealed class ErrorCodePageTests
{
    [Fact]
    public void The_page_of_runs_names_every_code()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "src", "KeyedWorkflows", "Runs", "README.md"));
        var codes = typeof(WorkflowErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (string)field.GetRawConstantValue()!);

        Assert.DoesNotContain(codes, code => !page.Contains($"`{code}`", StringComparison.Ordinal));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Workflows.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return folder.FullName;
    }
}
