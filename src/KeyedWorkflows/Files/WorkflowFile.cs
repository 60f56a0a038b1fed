using System.Diagnostics;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows;

/// <summary>
/// A file that a run is given: a property of a workflow's input. Over HTTP it is an upload or an address that the host fetches; in process it is made from what the caller has. Its JSON holds its name, type and size, never its
/// content: what is read back from that has no content. Immutable once the run begins, and safe to share.
/// </summary>
[DebuggerDisplay("{Name,nq} ({MediaType,nq}, {Size} bytes)")]
[JsonConverter(typeof(WorkflowFileJsonConverter))]
public sealed class WorkflowFile
{
    private ReadOnlyMemory<byte>? content;

    /// <summary>Makes a file of what the caller has.</summary>
    /// <param name="name">Its name: data for people and models, never a path to open.</param>
    /// <param name="mediaType">What it is, such as <c>application/pdf</c>.</param>
    /// <param name="content">All of it.</param>
    public WorkflowFile(string name, string mediaType, ReadOnlyMemory<byte> content)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(mediaType);
        Name = name;
        MediaType = mediaType;
        Size = content.Length;
        this.content = content;
    }

    private WorkflowFile(string name, string mediaType, long size)
    {
        Name = name;
        MediaType = mediaType;
        Size = size;
    }

    /// <summary>Its name, as whoever sent it says: data for people and models, never a path to open.</summary>
    public string Name { get; private set; }

    /// <summary>What it is, such as <c>application/pdf</c>.</summary>
    public string MediaType { get; private set; }

    /// <summary>How long it is, in bytes.</summary>
    public long Size { get; private set; }

    /// <summary>Whether the content is there. False for what was read back from JSON.</summary>
    public bool HasContent => content is not null;

    /// <summary>All of it.</summary>
    /// <exception cref="InvalidOperationException">The file was read back from JSON, which does not hold its content.</exception>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public ReadOnlyMemory<byte> Content => content ?? throw new InvalidOperationException($"The file was read back from JSON, which does not hold its content. Send it again.");

    /// <summary>The file for a model: a part of a message.</summary>
    /// <returns>The content, with type and name.</returns>
    /// <exception cref="InvalidOperationException">The file was read back from JSON, which does not hold its content.</exception>
    public DataContent ToContent() => new(Content, MediaType) { Name = Name };

    /// <summary>The name, the type and the size.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => $"{Name} ({MediaType}, {Size} bytes)";

    /// <summary>A file whose content is elsewhere, or not yet there.</summary>
    internal static WorkflowFile Without(string name, string mediaType, long size) => new(name, mediaType, size);

    /// <summary>Gives a file what it refers to, before its run begins.</summary>
    internal void Fill(string name, string mediaType, ReadOnlyMemory<byte> bytes)
    {
        Name = name;
        MediaType = mediaType;
        Size = bytes.Length;
        content = bytes;
    }
}
