namespace KeyedWorkflows.EndToEnd.Tests.Language;

/// <summary>Edges are types: a parameter takes the result of the one step that produces its type, or the input.</summary>
public sealed partial class EdgeTests
{
    [Fact]
    public async Task A_parameter_takes_the_result_of_the_step_that_produces_its_type()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal(new Total(9m), await desk.Client<ITypedClient>().RunAsync(new Order("bolt", 3), ServiceDesk.Ct));
    }

    [Fact]
    public async Task Sequences_match_by_their_element()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal("3 3 3 3", await desk.Client<ISequencesClient>().RunAsync("a,b,c", ServiceDesk.Ct));
    }

    [Fact]
    public async Task A_producer_is_named_where_several_are_left()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal("text > TEXT > text!", await desk.Client<INamedClient>().RunAsync("text", ServiceDesk.Ct));
    }

    [Fact]
    public async Task A_stream_counts_as_its_whole_text()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal(new Length(6), await desk.Client<IStreamedClient>().RunAsync(2, ServiceDesk.Ct));
    }

    [Fact]
    public async Task The_output_is_the_unconsumed_result_of_its_type_or_the_step_that_is_marked()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal("marked", await desk.Client<IMarkedClient>().RunAsync("x", ServiceDesk.Ct));
    }

    [Fact]
    public async Task A_step_is_never_its_own_producer()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal("TEXT", await desk.Client<IOwnClient>().RunAsync("text", ServiceDesk.Ct));
    }

    [Fact]
    public async Task Values_of_value_types_and_generic_types_are_edges_like_any_other()
    {
        await using var desk = await ServiceDesk.OpenAsync();

        Assert.Equal("b=2 (2, b) True", await desk.Client<IGenericsClient>().RunAsync("b", ServiceDesk.Ct));
    }

    public sealed record Order(string Item, int Count);

    public sealed record Price(decimal Value);

    public sealed record Total(decimal Value);

    public sealed record Length(int Value);

    [Workflow("typed")]
    public sealed partial class Typed : IWorkflow<Order, Total>
    {
        [Step]
        public Task<Price> FindPrice(Order order) => Task.FromResult(new Price(order.Item == "bolt" ? 3m : 0m));

        [Step]
        public Total Multiply(Price price, Order order) => new(price.Value * order.Count);
    }

    [Workflow("sequences")]
    public sealed partial class Sequences : IWorkflow<string, string>
    {
        [Step]
        public List<char> Letters([FromInput] string text) => [.. text.Where(char.IsLetter)];

        [Step]
        public int[] Counts(char[] array, List<char> list, IReadOnlyList<char> readOnly, IEnumerable<char> any) => [array.Length, list.Count, readOnly.Count, any.Count()];

        [Step]
        public string Join(IEnumerable<int> counts) => string.Join(' ', counts);
    }

    [Workflow("named")]
    public sealed partial class Named : IWorkflow<string, string>
    {
        [Step]
        public string Upper([FromInput] string text) => text.ToUpperInvariant();

        [Step]
        public string Loud([FromInput] string text) => text + "!";

        [Step]
        [Output]
        public string Join([FromInput] string text, [From(nameof(Upper))] string upper, [From(nameof(Loud))] string loud) => $"{text} > {upper} > {loud}";
    }

    [Workflow("streamed")]
    public sealed partial class Streamed : IWorkflow<int, Length>
    {
        [Step]
        public async IAsyncEnumerable<string> Write(int times)
        {
            for (var time = 0; time < times; time++)
            {
                await Task.Yield();
                yield return "abc";
            }
        }

        [Step]
        public Length Measure(string text) => new(text.Length);
    }

    [Workflow("marked")]
    public sealed partial class Marked : IWorkflow<string, string>
    {
        [Step]
        [Output]
        public string First([FromInput] string text) => "marked";

        [Step]
        public string Second([From(nameof(First))] string text) => "unconsumed, and not marked";
    }

    [Workflow("own")]
    public sealed partial class Own : IWorkflow<string, string>
    {
        [Step]
        public string Upper(string text) => text.ToUpperInvariant();
    }

    [Workflow("generics")]
    public sealed partial class Generics : IWorkflow<string, string>
    {
        [Step]
        public Dictionary<string, int> Map([FromInput] string key) => new() { [key] = 2 };

        [Step]
        public (int Number, string Name) Pair(Dictionary<string, int> map) => (map.Values.Single(), map.Keys.Single());

        [Step]
        public bool Flag((int Number, string Name) pair) => pair.Number == 2;

        [Step]
        [Output]
        public string Join(Dictionary<string, int> map, (int Number, string Name) pair, bool flag) => $"{map.Keys.Single()}={map.Values.Single()} {pair} {flag}";
    }
}
