namespace KeyedWorkflows.Testing;

/// <summary>
/// Tells a scripted model which step asks it. Models are shared by the steps and runs of a profile, and what they are handed names neither: so it goes with the flow of the call.
/// </summary>
internal static class CallFlow
{
    private static readonly AsyncLocal<ModelCallSite?> Current = new();

    public static ModelCallSite? Site
    {
        get => Current.Value;
        set => Current.Value = value;
    }
}
