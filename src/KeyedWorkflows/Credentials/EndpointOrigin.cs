namespace KeyedWorkflows;

/// <summary>Who stands for an endpoint. Which rule chose it does not matter: what an author's method returns may come from the input.</summary>
internal enum EndpointOrigin
{
    /// <summary>Any caller of a run but the host itself: https, and public addresses alone.</summary>
    Caller,

    /// <summary>The host itself, which runs a workflow in its own process: https, or http on loopback. It could open any connection without us, so that its private addresses are its own to allow.</summary>
    Host,

    /// <summary>Configuration or administration: plain http and private addresses are the operator's to allow.</summary>
    Operator,
}
