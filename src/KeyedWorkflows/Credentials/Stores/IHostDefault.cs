namespace KeyedWorkflows;

/// <summary>The operator's default: the profile that pays where nobody else names one.</summary>
internal interface IHostDefault
{
    /// <summary>The present default; null where there is none, and the default credential where what was set is not usable: it is given all the same.</summary>
    Credential? Current { get; }
}
