namespace KeyedWorkflows.Testing;

/// <summary>How <see cref="WorkflowIsolation"/> tries a workflow. Read once, when it begins.</summary>
public sealed class IsolationOptions
{
    /// <summary>How many runs. Default: 1,000.</summary>
    public int Runs { get; set; } = 1_000;

    /// <summary>How many runs at once. Default: 64.</summary>
    public int Concurrency { get; set; } = 64;

    /// <summary>How many profiles, each of a tenant of its own, with a key of its own. Default: 20.</summary>
    public int Profiles { get; set; } = 20;

    /// <summary>Which part of the runs brings a key of its own in the place of a profile, 0 to 1. Default: a quarter.</summary>
    public double OwnKeyShare { get; set; } = 0.25;

    /// <summary>How often a profile's key is replaced meanwhile, one profile after the other. Default: 100.</summary>
    public int Rotations { get; set; } = 100;

    /// <summary>Which part of the requests meets a fault that passes: 429, 5xx, a cut connection, an answer that cannot be read; as many are answered slowly. 0 to 0.5. Default: 0.1.</summary>
    public double FaultShare { get; set; } = 0.1;

    /// <summary>Decides which requests meet a fault, and which runs bring a key. Default: 1.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>
    /// Makes the input of a run: it must be of the workflow's input type. Put <see cref="IsolationRun.Marker"/> into a text that reaches the prompts. Null: values made from the type's JSON schema, its texts
    /// marked.
    /// </summary>
    public Func<IsolationRun, object>? Input { get; set; }

    /// <summary>
    /// Whether the call gives the run's credential. False where the workflow chooses by itself, by <see cref="ProfileNameAttribute"/>, <see cref="ApiKeyAttribute"/> or
    /// <see cref="ChooseProfileAttribute"/>: then <see cref="Input"/> says which, from <see cref="IsolationRun.ProfileName"/> and <see cref="IsolationRun.ApiKey"/>. Default: true.
    /// </summary>
    public bool CredentialInCall { get; set; } = true;

    /// <summary>The names of the profiles, by number from 0, where the workflow knows names. Default: <c>client-0</c>, <c>client-1</c>, ….</summary>
    public Func<int, string> ProfileName { get; set; } = static number => string.Create(null, $"client-{number}");

    /// <summary>The family of the profiles. Null: the one that all slots take, else <c>openai</c>. Families that the workflow's slots name are answered by the model server in OpenAI's protocol.</summary>
    public string? Provider { get; set; }

    /// <summary>Adds what the workflow needs: services, layers around chat clients. A family that it adds under a name of the workflow's slots gives way to the model server's, but for <see cref="Provider"/>.</summary>
    public Action<WorkflowsBuilder>? Configure { get; set; }

    /// <summary>Adds rules to the model server, for tools that are to be called or texts that are to be said. Requests without a rule are answered by the run's marker, or by a value valid for the schema asked for.</summary>
    public Action<ModelServer>? Server { get; set; }

    internal void Check()
    {
        Within(Runs, 1, 1_000_000, nameof(Runs));
        Within(Concurrency, 1, 10_000, nameof(Concurrency));
        Within(Profiles, 1, 100_000, nameof(Profiles));
        Within(Rotations, 0, 1_000_000, nameof(Rotations));
        Within(OwnKeyShare, 0, 1, nameof(OwnKeyShare));
        Within(FaultShare, 0, 0.5, nameof(FaultShare));
        ArgumentNullException.ThrowIfNull(ProfileName);
    }

    private static void Within(double value, double least, double most, string name)
    {
        if (!(value >= least && value <= most))
            throw new ArgumentOutOfRangeException(name, value, $"IsolationOptions.{name} must be {least} to {most}.");
    }
}
