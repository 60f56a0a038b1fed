using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Client.Tests.Scene;

/// <summary>The token of a scene, which tests change.</summary>
internal sealed class TokenDraftBuilder
{
    public TokenDraft Draft { get; set; } = new() { Name = "acme-app", Tenants = ["acme"], Workflows = ClientScene.Workflows, MaySendKey = true };
}
