namespace KeyedWorkflows.EndToEnd.Tests.Builds;

/// <summary>Proofs that take minutes.</summary>
internal static class Heavy
{
    /// <summary>Skips the test where only the quick ones are asked for.</summary>
    public static void Only() => Assert.SkipUnless(Environment.GetEnvironmentVariable("KEYEDWORKFLOWS_HEAVY") == "1", "Heavy: set KEYEDWORKFLOWS_HEAVY=1, as .ci/run does.");
}
