using System.Collections.Concurrent;
using System.Globalization;

namespace KeyedWorkflows;

/// <summary>The host's layers, by workflow and slot. Safe for use from several threads.</summary>
internal sealed class ChatClientLayers(IEnumerable<ChatClientLayer> layers, IServiceProvider services)
{
    private readonly ChatClientLayer[] all = [.. layers];
    private readonly ConcurrentDictionary<(string Workflow, string Slot), ChatClientLayerSet?> bySlot = new();
    private readonly ConcurrentDictionary<string, ChatClientLayerSet> byMembers = new(StringComparer.Ordinal);

    /// <summary>The layers of a slot; null where it has none.</summary>
    public ChatClientLayerSet? For(string workflow, string slot) =>
        all.Length == 0 ? null : bySlot.GetOrAdd((workflow, slot), static (place, mine) => mine.Find(place.Workflow, place.Slot), this);

    private ChatClientLayerSet? Find(string workflow, string slot)
    {
        int[] members = [.. Enumerable.Range(0, all.Length).Where(index => all[index].IsFor(workflow, slot))];
        return members.Length == 0 ? null : byMembers.GetOrAdd(
            string.Join(',', members.Select(index => index.ToString(CultureInfo.InvariantCulture))),
            _ => new ChatClientLayerSet([.. members.Select(index => all[index])], services));
    }
}
