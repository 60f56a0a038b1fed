namespace KeyedWorkflows;

/// <summary>Which client of a credential: what it does, of which model, and within which layers of the host's.</summary>
internal readonly record struct ClientKey(ClientKind Kind, string Model, ChatClientLayerSet? Layers);
