using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Hosts;

namespace KeyedWorkflows.Cli.Stores.Remote;

/// <summary>A page of a list.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="Total">How many there are on all pages; null where it is not said.</param>
/// <param name="HasMore">Whether another comes.</param>
/// <param name="LastId">The id of the last item; null where there is none.</param>
internal sealed record ListPage(JsonArray Items, int? Total, bool HasMore, string? LastId)
{
    /// <exception cref="OddAnswerException">It is none, or does not go on from the one before: such a list has no end.</exception>
    public static ListPage Read(JsonNode answer, ListPage? before)
    {
        var items = answer.List("data");
        var page = new ListPage(items, answer.ValueOrNull<int>("total"), answer.Value<bool>("has_more"), items.Count == 0 ? null : items[^1].Text("id"));

        // The last page may end as the one before it, where something was put before both meanwhile.
        return page.HasMore && (page.LastId is null || page.LastId == before?.LastId) ? throw new OddAnswerException() : page;
    }
}
