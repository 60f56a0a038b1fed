using System.Collections.Immutable;

namespace KeyedWorkflows.Testing;

/// <summary>Rules in the order in which they are asked. Safe to change while requests are answered: each is answered by the rules of one moment.</summary>
internal sealed class ModelRules
{
    private ImmutableArray<ModelRule> _rules = [];

    public ModelRule Add(ModelRule rule)
    {
        ImmutableInterlocked.Update(ref _rules, static (rules, added) => rules.Add(added), rule);
        return rule;
    }

    /// <summary>Adds a rule that is asked before all others.</summary>
    public ModelRule AddFirst(ModelRule rule)
    {
        ImmutableInterlocked.Update(ref _rules, static (rules, added) => rules.Insert(0, added), rule);
        return rule;
    }

    public void Clear() => ImmutableInterlocked.Update(ref _rules, static _ => []);

    /// <summary>What the first rule that matches answers; null where none does.</summary>
    public ModelAnswer? Answer(ModelRequest request)
    {
        foreach (var rule in _rules)
        {
            if (rule.TryAnswer(request) is { } answer)
                return answer;
        }

        return null;
    }
}
