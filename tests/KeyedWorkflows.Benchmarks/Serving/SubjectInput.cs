using KeyedWorkflows.Benchmarks.Load;

namespace KeyedWorkflows.Benchmarks.Serving;

/// <summary>What a subject's process is told by standard input: the model server's address, and the clients.</summary>
internal sealed record SubjectInput(Uri Models, IReadOnlyList<LoadProfile> Profiles)
{
    public static SubjectInput Read()
    {
        var models = new Uri(Console.In.ReadLine()!);
        List<LoadProfile> profiles = [];
        while (Console.In.ReadLine() is { Length: > 0 } line)
            profiles.Add(new(line.Split(' ')[0], line.Split(' ')[1]));
        return new(models, profiles);
    }

    /// <summary>Waits until the process is to end.</summary>
    public static Task EndedAsync() => Task.Run(static () => Console.In.ReadToEnd());
}
