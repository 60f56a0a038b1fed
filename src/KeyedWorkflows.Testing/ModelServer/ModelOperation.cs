namespace KeyedWorkflows.Testing;

/// <summary>What a request asks of the model server.</summary>
public enum ModelOperation
{
    /// <summary>A path that the server does not know; it is answered with 404.</summary>
    Unknown,

    /// <summary><c>POST /v1/chat/completions</c>, streamed or not.</summary>
    Chat,

    /// <summary><c>POST /v1/embeddings</c>.</summary>
    Embeddings,

    /// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{id}</c>.</summary>
    Models,
}
