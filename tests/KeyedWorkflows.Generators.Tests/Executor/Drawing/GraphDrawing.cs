using System.Globalization;
using KeyedWorkflows.Generators.Tests.Executor.Running;

namespace KeyedWorkflows.Generators.Tests.Executor.Drawing;

/// <summary>
/// Draws workflows that the rules accept: merges are of steps under answers that exclude each other, the output is always produced, and no step asks for what can never be there together. What it cannot see (two merges that
/// exclude each other) is left to the rules to refuse.
/// </summary>
internal sealed class GraphDrawing
{
    private static readonly DrawnForm[] Forms = [DrawnForm.Record, DrawnForm.Record, DrawnForm.Record, DrawnForm.Struct];
    private static readonly Route[] Named = [Route.Red, Route.Green, Route.Blue];
    private readonly Draws draws;
    private readonly List<DrawnNode> nodes = [];
    private readonly NameDrawing names;

    /// <summary>By node: what must have been answered where its result is there.</summary>
    private readonly List<IReadOnlyList<DrawnGuard>> implied = [];

    /// <summary>By node: its result is always there.</summary>
    private readonly List<bool> always = [];

    /// <summary>Steps of one type under answers of one condition.</summary>
    private readonly List<int[]> alternatives = [];

    private GraphDrawing(Draws draws)
    {
        this.draws = draws;
        names = new(draws);
    }

    /// <summary>Draws a workflow.</summary>
    /// <param name="number">Its number in the batch.</param>
    /// <param name="size">About how many steps it has.</param>
    /// <param name="seed">Decides everything.</param>
    public static DrawnGraph Draw(int number, int size, int seed) => new GraphDrawing(new(seed)).Draw(number, size);

    private DrawnGraph Draw(int number, int size)
    {
        while (nodes.Count < size)
            AddSomething();
        var outputs = AddOutputs();

        // A method that nothing asks and no attribute marks would be no part of the workflow.
        for (var place = 0; place < nodes.Count; place++)
        {
            if (nodes[place].IsCondition && !nodes.Exists(node => node.Guards.Any(guard => guard.Condition == place)))
                nodes[place] = nodes[place] with { IsCondition = false };
        }
        return new() { Number = number, Nodes = nodes, Declared = draws.Shuffled(Enumerable.Range(0, nodes.Count)), Outputs = outputs, TakesServices = draws.Chance(40) };
    }

    private void AddSomething()
    {
        switch (draws.Below(12))
        {
            case 0 or 1:
                AddCondition();
                break;
            case 2 or 3 when Conditions().Count > 0:
                AddAlternatives();
                break;
            case 4 or 5 when Places(static node => node.Output is { IsSequence: true }).Count > 0:
                AddForEach();
                break;
            case 4 or 6:
                AddStep(NewType() with { Sequence = Sequence(withImmutable: true) });
                break;
            case 7:
                AddStep(DrawnType.Text, isStream: draws.Chance(70));
                break;
            case 8:
                AddStep(null);
                break;
            default:
                AddStep(NewType());
                break;
        }
    }

    private void AddCondition()
    {
        var type = draws.Chance(50) ? DrawnType.Flag : DrawnType.Route;
        var isStep = draws.Chance(25);
        var guards = isStep ? Guards(25) : [];
        Add(Finish(new DrawnNode { Name = names.Method(), IsCondition = !isStep, Result = type, IsNullable = draws.Chance(10), IsOptional = isStep && draws.Chance(15) }, guards, Parameters(guards, 2)));
    }

    private void AddStep(DrawnType? type, bool isStream = false)
    {
        var guards = Guards(25);
        var node = new DrawnNode
        {
            Name = names.Method(),
            Result = type,
            Shape = isStream ? DrawnShape.Stream : DrawnShape.Value,
            IsNullable = type is not null && !isStream && draws.Chance(15),
            IsOptional = draws.Chance(12),
        };
        Add(Finish(node, guards, Parameters(guards, 3)));
    }

    private void AddForEach()
    {
        var guards = Guards(20);
        var sources = Places(node => node.Output is { IsSequence: true }).Where(place => !Clash(guards, implied[place])).ToList();
        if (sources.Count == 0)
            return;
        var source = draws.Of(sources);
        var element = nodes[source].Output! with { Sequence = DrawnSequence.None };
        var parameters = Parameters([.. guards, .. implied[source]], 1);
        int[] merged = alternatives.Find(group => group.Contains(source)) is { } group && draws.Chance(50) ? group : [source];
        parameters.Insert(draws.Below(parameters.Count + 1), new(names.Parameter(), element, merged, false, true, draws.Chance(30)));
        var isStream = draws.Chance(15);
        var node = new DrawnNode
        {
            Name = names.Method(),
            Result = isStream ? DrawnType.Text : draws.Chance(10) ? null : NewType(),
            Shape = isStream ? DrawnShape.Stream : DrawnShape.Value,
            Concurrency = 1 + draws.Below(3),
            IsOptional = draws.Chance(15),
        };
        Add(Finish(node, guards, parameters));
    }

    private void AddAlternatives()
    {
        var condition = draws.Of(Conditions());
        var type = draws.Chance(20) ? NewType() with { Sequence = Sequence(withImmutable: false) } : NewType();
        alternatives.Add([.. AnswersOf(condition, isComplete: false).Select(guard => Add(Finish(new DrawnNode { Name = names.Method(), Result = type, IsOptional = draws.Chance(8), IsNullable = draws.Chance(8) }, [guard], Parameters([guard], 2))))]);
    }

    /// <summary>One step that always runs, or one for each answer of a condition that always answers; and now and then somebody who takes the output besides.</summary>
    private int[] AddOutputs()
    {
        var conditions = Conditions().Where(place => always[place]).ToList();
        var isMarked = draws.Chance(50);
        int[] outputs = conditions.Count > 0 && draws.Chance(35)
            ? [.. AnswersOf(draws.Of(conditions), isComplete: true).Select(guard => Add(Finish(Output(isMarked), [guard], SureParameters(), isSure: true)))]
            : [Add(Finish(Output(isMarked), [], SureParameters(), isSure: true))];
        if (!isMarked)
            return outputs;
        if (outputs.Length > 1)
            alternatives.Add(outputs);
        if (draws.Chance(40))
            Add(new() { Name = names.Method(), Shape = Shape(), TakesToken = draws.Chance(50), Parameters = [Parameter(outputs, draws.Chance(40))] });
        return outputs;
    }

    private DrawnNode Output(bool isMarked) => new() { Name = names.Method(), Result = DrawnType.Answer, IsMarkedOutput = isMarked };

    /// <summary>Guards that exclude each other: two or more of a condition's answers, or all of them.</summary>
    private List<DrawnGuard> AnswersOf(int condition, bool isComplete)
    {
        if (nodes[condition].Result == DrawnType.Flag)
            return [new(condition, DrawnTest.When), new(condition, DrawnTest.Unless)];
        var named = nodes.SelectMany(static node => node.Guards).Where(guard => guard.Condition == condition && guard.Test == DrawnTest.Is).Select(static guard => guard.Route);
        var routes = isComplete ? named.Append(draws.Of(Named)).Distinct() : draws.Some(Named, 1 + draws.Below(3));
        var answers = routes.Select(route => new DrawnGuard(condition, DrawnTest.Is, route)).ToList();
        if (isComplete || answers.Count == 1 || draws.Chance(50))
            answers.Add(new(condition, DrawnTest.Otherwise));
        return answers;
    }

    /// <summary>Now and then a condition, or two of different kinds.</summary>
    private List<DrawnGuard> Guards(int percent)
    {
        if (Conditions().Count == 0 || !draws.Chance(percent))
            return [];
        List<DrawnGuard> guards = [Guard(draws.Of(Conditions()))];
        var flags = Conditions().Where(place => nodes[place].Result == DrawnType.Flag && place != guards[0].Condition).ToList();
        if (flags.Count > 0 && guards[0].Test != DrawnTest.Unless && draws.Chance(25))
        {
            var second = new DrawnGuard(draws.Of(flags), DrawnTest.Unless);
            if (!Clash([second, .. implied[second.Condition]], [.. guards, .. implied[guards[0].Condition]]))
                guards.Add(second);
        }
        return guards;
    }

    private DrawnGuard Guard(int condition)
    {
        if (nodes[condition].Result == DrawnType.Flag)
            return new(condition, draws.Chance(50) ? DrawnTest.When : DrawnTest.Unless);
        return new(condition, DrawnTest.Is, draws.Of(Named));
    }

    /// <summary>Parameters that may be there together with what is implied already.</summary>
    private List<DrawnParameter> Parameters(IEnumerable<DrawnGuard> guards, int most)
    {
        List<DrawnGuard> known = [.. guards.Concat(guards.Where(static guard => guard.Condition >= 0).SelectMany(guard => implied[guard.Condition]))];
        var parameters = new List<DrawnParameter>();
        var count = draws.Below(most + 1);
        for (var i = 0; i < count; i++)
        {
            var sources = Sources();
            if (parameters.Any(parameter => parameter.Sources.Intersect(sources).Any()))
                continue;
            var isNullable = draws.Chance(IsSure(sources) ? 10 : 50) || sources.All(source => source >= 0 && Clash(known, implied[source]));
            if (!isNullable && sources is [>= 0])
                known.AddRange(implied[sources[0]]);
            parameters.Add(Parameter(sources, isNullable));
        }
        return parameters;
    }

    /// <summary>Parameters that never keep a step from running.</summary>
    private List<DrawnParameter> SureParameters()
    {
        var parameters = new List<DrawnParameter>();
        var count = 1 + draws.Below(4);
        for (var i = 0; i < count; i++)
        {
            var sources = Sources();
            if (!parameters.Any(parameter => parameter.Sources.Intersect(sources).Any()))
                parameters.Add(Parameter(sources, draws.Chance(20) || !IsSure(sources)));
        }
        return parameters;
    }

    /// <summary>The data is always there.</summary>
    private bool IsSure(int[] sources) => sources is [var only] && (only < 0 || always[only]);

    private DrawnParameter Parameter(int[] sources, bool isNullable)
    {
        var type = sources[0] < 0 ? DrawnType.Question : nodes[sources[0]].Output!;
        return new(names.Parameter(), type.IsSequence ? type with { Sequence = Sequence(withImmutable: true) } : type, sources, isNullable, false, draws.Chance(30));
    }

    /// <summary>The input, a step, or some of the steps that exclude each other. Outputs are not among them: who is consumed is no output, unless it is marked.</summary>
    private int[] Sources()
    {
        var places = Places(static node => node.Output is not null && node.Output != DrawnType.Answer);
        if (places.Count == 0 || draws.Chance(20))
            return [DrawnParameter.Input];

        // Late ones more often, so that graphs become deep.
        var source = places[Math.Max(draws.Below(places.Count), draws.Below(places.Count))];
        var group = alternatives.Find(group => group.Contains(source));
        return group is null || draws.Chance(30) ? [source] : [.. draws.Some(group, 2 + draws.Below(group.Length - 1))];
    }

    private DrawnNode Finish(DrawnNode node, IReadOnlyList<DrawnGuard> guards, IReadOnlyList<DrawnParameter> parameters, bool isSure = false)
    {
        var before = Places(static node => !node.IsCondition);
        return node with
        {
            Guards = guards,
            Parameters = parameters,
            Shape = node.Shape == DrawnShape.Stream ? DrawnShape.Stream : Shape(),
            TakesToken = draws.Chance(50),
            IsRepeated = !node.IsCondition && draws.Chance(15),
            After = !isSure && !node.IsCondition && before.Count > 0 && draws.Chance(15) ? [draws.Of(before)] : [],
        };
    }

    private int Add(DrawnNode node)
    {
        var place = nodes.Count;
        nodes.Add(node);
        var needed = node.Parameters.Where(static parameter => !parameter.IsNullable).ToList();
        implied.Add([.. node.Guards, .. node.Guards.SelectMany(guard => implied[guard.Condition]), .. needed.Where(static parameter => parameter.Sources is [>= 0]).SelectMany(parameter => implied[parameter.Sources[0]])]);
        always.Add(!node.IsOptional && !node.IsNullable && node.Guards.Count == 0 && needed.TrueForAll(parameter => IsSure([.. parameter.Sources])));
        return place;
    }

    private DrawnType NewType() =>
        draws.Chance(6) ? DrawnType.Question
        : draws.Chance(12) && Places(static node => node.Result is { Form: DrawnForm.Record or DrawnForm.Struct } type && type != DrawnType.Answer) is { Count: > 0 } same ? nodes[draws.Of(same)].Result! with { Sequence = DrawnSequence.None }
        : new(draws.Of(Forms), string.Create(CultureInfo.InvariantCulture, $"T{nodes.Count}"));

    private DrawnSequence Sequence(bool withImmutable) => (DrawnSequence)(1 + draws.Below(withImmutable && draws.Chance(40) ? 5 : 4));

    private DrawnShape Shape() => (DrawnShape)draws.Below(3);

    private List<int> Conditions() => Places(static node => node.Result == DrawnType.Flag || node.Result == DrawnType.Route);

    private List<int> Places(Predicate<DrawnNode> fits) => [.. Enumerable.Range(0, nodes.Count).Where(place => fits(nodes[place]))];

    private static bool Clash(IEnumerable<DrawnGuard> some, IEnumerable<DrawnGuard> others) => some.Any(one => others.Any(one.Excludes));
}
