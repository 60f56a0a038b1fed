using System.Text.Json.Nodes;

namespace KeyedWorkflows.Testing;

/// <summary>A number within the bounds of a schema, near 1 where they allow it.</summary>
internal static class NumberSampler
{
    public static JsonValue Integer(SchemaView view, int variant)
    {
        var step = view.Number("multipleOf") is { } multiple && multiple > 0 ? multiple : 1;
        if (!decimal.IsInteger(step))
            step = LeastInteger(step);
        decimal? least = Larger(view.Number("minimum") is { } min ? decimal.Ceiling(min) : null, view.Number("exclusiveMinimum") is { } above ? decimal.Floor(above) + 1 : null);
        decimal? most = Smaller(view.Number("maximum") is { } max ? decimal.Floor(max) : null, view.Number("exclusiveMaximum") is { } below ? decimal.Ceiling(below) - 1 : null);

        // Without decimals: 3.0 is an integer to JSON schema and none to most readers.
        return JsonValue.Create(decimal.Truncate(Pick(least, most, step, variant)));
    }

    public static JsonValue Number(SchemaView view, int variant)
    {
        if (view.Number("multipleOf") is { } step && step > 0)
        {
            var least = Larger(view.Number("minimum"), view.Number("exclusiveMinimum") is { } above ? (decimal.Floor(above / step) + 1) * step : null);
            var most = Smaller(view.Number("maximum"), view.Number("exclusiveMaximum") is { } below ? (decimal.Ceiling(below / step) - 1) * step : null);
            return JsonValue.Create(Pick(least, most, step, variant));
        }

        var low = Larger(view.Number("minimum"), view.Number("exclusiveMinimum"));
        var high = Smaller(view.Number("maximum"), view.Number("exclusiveMaximum"));
        if (low > high)
            throw Empty(low, high);
        var preferred = 1m + variant;
        if ((low is null || preferred > low) && (high is null || preferred < high))
            return JsonValue.Create(preferred);
        return JsonValue.Create((low, high) switch
        {
            ({ } from, { } to) => from + ((to - from) / (variant + 2)),
            ({ } from, null) => from + 1 + variant,
            (null, { } to) => to - 1 - variant,
            _ => preferred,
        });
    }

    private static decimal Pick(decimal? least, decimal? most, decimal step, int variant)
    {
        var start = step == 1 ? 1m : step;
        if (least is { } low && start < low)
            start = decimal.Ceiling(low / step) * step;
        if (most is { } high && start > high)
            start = least is { } bound ? decimal.Ceiling(bound / step) * step : decimal.Floor(high / step) * step;
        if (start < least || start > most)
            throw Empty(least, most);
        var moved = start + (variant * step);
        if (most is null || moved <= most)
            return moved;

        // Past the top: go on below the start, so that a short range gives all of its values.
        moved = start - ((variant - decimal.Floor((most.Value - start) / step)) * step);
        return least is null || moved >= least ? moved : start;
    }

    private static decimal LeastInteger(decimal step)
    {
        for (var i = 2; i <= 1000; i++)
        {
            if (decimal.IsInteger(step * i))
                return step * i;
        }

        throw new UnsatisfiableSchemaException($"no integer was found that is a multiple of {step}.");
    }

    private static decimal? Larger(decimal? one, decimal? other) => one is null || other > one ? other ?? one : one;

    private static decimal? Smaller(decimal? one, decimal? other) => one is null || other < one ? other ?? one : one;

    private static UnsatisfiableSchemaException Empty(decimal? least, decimal? most) => new($"no number lies between {least} and {most}.");
}
