namespace KeyedWorkflows.Cli;

/// <summary>What a script learns of a command's end. The README of this part says each to the operator.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>What was asked for is refused, and nothing was changed; or a run failed.</summary>
    public const int Refused = 1;

    /// <summary>The command was not understood.</summary>
    public const int Usage = 2;

    public const int NotFound = 3;

    /// <summary>A name is taken, a file is there already, or somebody else was first.</summary>
    public const int Conflict = 4;

    /// <summary>The store, the host or the disk does not do what it should.</summary>
    public const int Unavailable = 5;

    /// <summary>A fault of this program: by convention of <c>sysexits.h</c>.</summary>
    public const int Unexpected = 70;

    /// <summary>By Ctrl-C, as shells count it.</summary>
    public const int Interrupted = 130;

    /// <summary>The same as a word, for scripts that read JSON.</summary>
    public static string NameOf(int code) => code switch
    {
        Refused => "refused",
        Usage => "usage",
        NotFound => "not_found",
        Conflict => "conflict",
        Unavailable => "unavailable",
        Interrupted => "interrupted",
        _ => "unexpected",
    };
}
