namespace KeyedWorkflows;

/// <summary>What a layer of <see cref="WorkflowsBuilder.UseChatClient(Func{Microsoft.Extensions.AI.IChatClient, ChatClientLayerContext, Microsoft.Extensions.AI.IChatClient}, string?, string?)"/> may know of the client that it lies around: no secret.</summary>
public sealed class ChatClientLayerContext
{
    /// <summary>The host's services.</summary>
    public required IServiceProvider Services { get; init; }

    /// <summary>The provider's family.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's own name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The profile's name; null for a key given for one run.</summary>
    public string? ProfileName { get; init; }

    /// <summary>The profile's id; null for a key given for one run.</summary>
    public string? ProfileId { get; init; }

    /// <summary>The profile's tenant; null for an operator's profile and for a key given for one run.</summary>
    public string? Tenant { get; init; }
}
