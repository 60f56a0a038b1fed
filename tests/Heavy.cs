namespace KeyedWorkflows;

/// <summary>Proofs that take minutes, of every project of tests.</summary>
internal static class Heavy
{
    /// <summary>Whether they are asked for.</summary>
    public static bool IsOn => Environment.GetEnvironmentVariable("KEYEDWORKFLOWS_HEAVY") == "1";

    /// <summary>Skips the test where only the quick ones are asked for.</summary>
    public static void Only() => Assert.SkipUnless(IsOn, "Heavy: set KEYEDWORKFLOWS_HEAVY=1, as .ci/run does.");
}
