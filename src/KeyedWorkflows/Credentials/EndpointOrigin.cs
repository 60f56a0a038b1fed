namespace KeyedWorkflows;

/// <summary>Who named an endpoint.</summary>
internal enum EndpointOrigin
{
    /// <summary>Configuration or administration: plain http and private addresses are the operator's to allow.</summary>
    Operator,

    /// <summary>The call: https, or http on loopback.</summary>
    Caller,
}
