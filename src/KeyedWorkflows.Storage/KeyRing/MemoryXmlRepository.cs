using System.Collections.Concurrent;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace KeyedWorkflows.Storage;

/// <summary>Holds a key ring as long as the process lives.</summary>
internal sealed class MemoryXmlRepository : IXmlRepository
{
    private readonly ConcurrentQueue<XElement> elements = new();

    public IReadOnlyCollection<XElement> GetAllElements() => [.. elements.Select(element => new XElement(element))];

    public void StoreElement(XElement element, string friendlyName) => elements.Enqueue(new XElement(element));
}
