namespace KeyedWorkflows.Generators.Tests.Graph;

/// <summary>What a faulty graph gets: one fault, at its place, that says what to do.</summary>
public sealed class GraphFaultTests
{
    [Fact]
    public void A_cycle_is_named_by_its_path() => Expect(
        "KW3001 at 100: The steps wait for each other: Draft → Review → Draft (`Draft` takes `review` from `Review` and `Review` takes `text` from `Draft`).",
        "Draft(Ticket ticket, Review review): string",
        "Review(string text): Review",
        "Finish(string text): Reply");

    [Fact]
    public void Two_cycles_are_two_faults() => Expect(
        [
            "KW3001 at 100: The steps wait for each other: A → B → A",
            "KW3001 at 300: The steps wait for each other: C → D → C",
        ],
        "A(B b): A",
        "B(A a): B",
        "C(D d): C",
        "D(C c): D",
        "Finish(Ticket ticket): Reply");

    [Fact]
    public void A_step_that_names_itself_is_a_cycle() => Expect(
        "KW3001 at 100: The steps wait for each other: Draft → Draft (`Draft` takes `text` from itself).",
        "Draft([From(Draft)] string text): string",
        "Finish(Ticket ticket): Reply");

    [Fact]
    public void A_condition_that_needs_the_step_it_guards_is_a_cycle() => Expect(
        "KW3001 at 100: The steps wait for each other: Draft → IsGood → Draft (`Draft` has the condition `IsGood` and `IsGood` takes `text` from `Draft`).",
        "Draft(Ticket ticket): string when IsGood",
        "Finish(Ticket ticket): Reply",
        "condition IsGood(string text): bool");

    [Fact]
    public void After_can_close_a_cycle() => Expect(
        "KW3001 at 100: The steps wait for each other: Save → Finish → Save (`Save` is to run after `Finish` and `Finish` takes `saved` from `Save`).",
        "Save(Ticket ticket): Saved after Finish",
        "Finish(Saved saved): Reply");

    [Fact]
    public void A_type_that_nobody_gives_lists_what_there_is() => Expect(
        "KW3002 at 201: Nothing gives `Topic`, which `topic` of `Finish` takes. Types match exactly. The input is `Ticket`; the steps give: `Draft` (`string`) and `Finish` (`Reply`).",
        "Draft(Ticket ticket): string",
        "Finish(Topic topic): Reply");

    [Fact]
    public void A_type_that_only_the_step_itself_gives_says_so() => Expect(
        "KW3002 at 101: Nothing gives `string`, which `text` of `Polish` takes. `Polish` gives it itself, and a step never feeds itself.",
        "Polish(string text): string",
        "Finish(Ticket ticket): Reply");

    [Fact]
    public void An_element_where_a_sequence_is_produced_hints_at_for_each() => Expect(
        "KW3002 at 201: Nothing gives `Part`, which `part` of `Score` takes. `Split` gives `Part[]`: mark the parameter [ForEach] to run once an element, or take the sequence.",
        "Split(Ticket ticket): Part[]",
        "Score(Part part): Reply");

    [Fact]
    public void For_each_never_gives_one_of_its_results() => Expect(
        "KW3002 at 301: Nothing gives `Score`, which `score` of `Finish` takes. `Rate` gives `Score[]`:",
        "Split(Ticket ticket): Part[]",
        "Rate([ForEach] Part part): Score",
        "Finish(Score score): Reply");

    [Fact]
    public void From_with_a_name_that_is_no_step_lists_the_steps_that_fit() => Expect(
        "KW3002 at 201: `text` of `Finish` is to come from `Draught`, which is no step of this workflow. Steps that give it: `Draft`.",
        "Draft(Ticket ticket): string",
        "Finish([From(Draught)] string text): Reply");

    [Fact]
    public void From_with_a_step_of_another_type_says_both_types() => Expect(
        "KW3002 at 301: `text` of `Finish` takes `string`, but `Classify` gives `Topic`. Steps that give it: `Draft`.",
        "Draft(Ticket ticket): string",
        "Classify(Ticket ticket): Topic",
        "Finish([From(Classify)] string text): Reply");

    [Fact]
    public void From_without_names_is_a_fault() => Expect(
        "KW3002 at 201: [From] at `text` of `Finish` names no step.",
        "Draft(Ticket ticket): string",
        "Finish([From()] string text): Reply");

    [Fact]
    public void From_input_of_another_type_is_a_fault() => Expect(
        "KW3002 at 201: `text` of `Finish` is marked [FromInput] and takes `string`, but the workflow's input is `Ticket`.",
        "Draft(Ticket ticket): string",
        "Finish([FromInput] string text): Reply");

    [Fact]
    public void After_with_a_name_that_is_no_step_is_a_fault() => Expect(
        "KW3002 at 100: `Finish` is to run after `Sav`, which is no step of this workflow.",
        "Finish(Ticket ticket): Reply after Sav");

    [Fact]
    public void Several_producers_are_listed_with_the_ways_to_choose() => Expect(
        "KW3003 at 301: Several producers give `string`, which `text` of `Finish` takes: `Draft` and `Translate`. Name one with `[From(nameof(Draft))]`. If only one of them ever runs, merge them: `[From(nameof(Draft), nameof(Translate))]`.",
        "Draft(Ticket ticket): string",
        "Translate(Ticket ticket): string",
        "Finish(string text): Reply");

    [Fact]
    public void Who_waits_for_the_consumer_is_not_suggested() => Expect(
        "KW3003 at 201: Several producers give `string`, which `text` of `Check` takes: `Polish` and `Draft`. Name one with `[From(nameof(Draft))]`. `Polish` cannot be it: it waits for `Check`.",
        "Polish(Verdict verdict): string",
        "Check(string text): Verdict",
        "Draft(Ticket ticket): string",
        "Finish([From(Polish)] string text): Reply");

    [Fact]
    public void Where_all_wait_for_the_consumer_none_is_suggested() => Expect(
        "KW3003 at 201: Several producers give `string`, which `text` of `Check` takes: `Polish` and `Draft`. Add a step that gives it beforehand, or take another type. `Polish` and `Draft` cannot be it: they wait for `Check`.",
        "Polish(Verdict verdict): string",
        "Check(string text): Verdict",
        "Draft([From(Polish)] string text): string",
        "Finish([From(Polish)] string text): Reply");

    [Fact]
    public void For_each_over_a_single_value_is_one_fault() => Expect(
        "KW3002 at 201: Nothing gives elements of `Part`, which `part` of `Score` takes. `Split` gives one `Part`: take [ForEach] away, or return a sequence.",
        "Split(Ticket ticket): Part",
        "Score([ForEach] Part part): Reply");

    [Fact]
    public void What_is_missing_for_a_for_each_over_a_single_value_is_no_second_fault() => Expect(
        "KW3002 at 201: `part` of `Rate` takes elements of `Part`, but `Split` gives `Part`.",
        "Split(Ticket ticket): Part",
        "Rate([ForEach] [From(Split)] Part part): Score",
        "Finish(Score score): Reply");

    [Fact]
    public void The_input_is_a_producer_like_any_other() => Expect(
        "KW3003 at 201: Several producers give `Ticket`, which `ticket` of `Finish` takes: the input and `Clean`. Name one with `[From(nameof(Clean))]` or `[FromInput]`.",
        "Clean(Ticket ticket): Ticket",
        "Finish(Ticket ticket): Reply");

    [Fact]
    public void From_and_from_input_exclude_each_other() => Expect(
        "KW3003 at 201: `ticket` of `Finish` is marked both [From] and [FromInput].",
        "Clean(Ticket ticket): Ticket",
        "Finish([From(Clean)] [FromInput] Ticket ticket): Reply");

    [Fact]
    public void A_merge_of_steps_that_always_run_is_refused() => Expect(
        "KW3004 at 301: `text` of `Finish` merges steps of which only one may run, but `A` and `B` always both run.",
        "A(Ticket ticket): string",
        "B(Ticket ticket): string",
        "Finish([From(A, B)] string text): Reply");

    [Fact]
    public void A_merge_over_different_conditions_names_the_answers_that_break_it() => Expect(
        "KW3004 at 301: `text` of `Finish` merges steps of which only one may run, but `A` and `B` both run when `IsUrgent` answers `true` and `IsVip` answers `true`.",
        "A(Ticket ticket): string when IsUrgent",
        "B(Ticket ticket): string when IsVip",
        "Finish([From(A, B)] string? text): Reply",
        "condition IsUrgent(Ticket ticket): bool",
        "condition IsVip(Ticket ticket): bool");

    [Fact]
    public void A_merge_of_the_same_answer_is_refused() => Expect(
        "KW3004 at 301: `text` of `Finish` merges steps of which only one may run, but `A` and `B` both run when `RouteOf` answers `Billing`.",
        "A(Ticket ticket): string when RouteOf is Billing",
        "B(Ticket ticket): string when RouteOf is Billing",
        "Finish([From(A, B)] string? text): Reply",
        "condition RouteOf(Ticket ticket): Route");

    [Fact]
    public void Two_marked_outputs_that_both_run_are_refused() => Expect(
        "KW3004 at 200: Several steps are marked [Output], of which only one may run, but `A` and `B` always both run.",
        "A(Ticket ticket): Reply output",
        "B(Ticket ticket): Reply output");

    [Fact]
    public void Two_unconsumed_producers_of_the_output_that_both_run_are_ambiguous() => Expect(
        "KW3003 at 1: Several steps give the output `Reply` and no other step takes it: `A` and `B`; and `A` and `B` always both run. Mark the one that counts with [Output].",
        "A(Ticket ticket): Reply",
        "B(Ticket ticket): Reply");

    [Fact]
    public void No_step_gives_the_output() => Expect(
        "KW3002 at 1: No step gives the workflow's output `Reply`.",
        "A(Ticket ticket): string");

    [Fact]
    public void Every_step_that_gives_the_output_feeds_another() => Expect(
        "KW3002 at 1: The workflow's output is `Reply`, and every step that gives it feeds another: `A`. Mark the one whose result is the output with [Output].",
        "A(Ticket ticket): Reply",
        "B(Reply reply): string");

    [Fact]
    public void A_marked_output_of_another_type_is_refused() => Expect(
        "KW3002 at 200: `B` is marked [Output] and gives `string`, but the workflow's output is `Reply`.",
        "A(Ticket ticket): Reply",
        "B(Reply reply): string output");

    [Fact]
    public void An_output_under_a_condition_is_not_always_produced() => Expect(
        "KW3005 at 100: The output `Reply` is not always produced: `A` gives none when `IsUrgent` answers `false`.",
        "A(Ticket ticket): Reply when IsUrgent",
        "condition IsUrgent(Ticket ticket): bool");

    [Fact]
    public void Routing_without_otherwise_leaves_an_answer_open() => Expect(
        "KW3005 at 1: The output `Reply` is not always produced: `A` or `B` gives none when `RouteOf` answers something other than `Billing` or `Technical`. Give the case that is left a step of its own (Otherwise = true, or Unless)",
        "A(Ticket ticket): Reply when RouteOf is Billing",
        "B(Ticket ticket): Reply when RouteOf is Technical",
        "condition RouteOf(Ticket ticket): Route");

    [Fact]
    public void An_optional_output_is_not_always_produced() => Expect(
        "KW3005 at 100: The output `Reply` is not always produced: `A` gives none when `A` fails, which it may.",
        "A(Ticket ticket): Reply optional");

    [Fact]
    public void A_nullable_output_is_not_always_produced() => Expect(
        "KW3005 at 100: The output `Reply` is not always produced: `A` gives none when `A` returns null.",
        "A(Ticket ticket): Reply?");

    [Fact]
    public void An_output_whose_data_may_be_absent_says_which() => Expect(
        "KW3005 at 200: The output `Reply` is not always produced: `Finish` gives none when `Draft` fails, which it may. `Finish` is skipped then, because its parameter `text` has no value.",
        "Draft(Ticket ticket): string optional",
        "Finish(string text): Reply");

    [Fact]
    public void A_condition_that_may_be_absent_leaves_both_sides_skipped() => Expect(
        "KW3005 at 1: The output `Reply` is not always produced: `A` or `B` gives none when `Find` fails, which it may. `A` is skipped then, because its condition `IsGood` has no answer.",
        "Find(Ticket ticket): Hit optional",
        "A(Ticket ticket): Reply when IsGood",
        "B(Ticket ticket): Reply unless IsGood",
        "condition IsGood(Hit hit): bool");

    [Fact]
    public void Conditions_that_contradict_each_other_never_let_a_step_run() => Expect(
        "KW3013 at 100: `A` can never run, because the condition `IsUrgent` never allows it.",
        "A(Ticket ticket): Part when IsUrgent unless IsUrgent",
        "B(Part part): Extra",
        "Finish(Ticket ticket): Reply",
        "condition IsUrgent(Ticket ticket): bool");

    [Fact]
    public void Data_of_steps_that_exclude_each_other_never_lets_a_step_run() => Expect(
        "KW3013 at 300: `Finish` can never run, because these never come together: its parameter `a` and its parameter `b`.",
        "A(Ticket ticket): A when IsUrgent",
        "B(Ticket ticket): B unless IsUrgent",
        "Finish(A a, B b): Reply",
        "condition IsUrgent(Ticket ticket): bool");

    [Fact]
    public void One_fault_is_not_followed_by_others() => Expect(
        "KW3002 at 101: Nothing gives `Nothing`",
        "Load(Nothing nothing): Account",
        "A([From(Load)] Account account): string",
        "Finish(string text): Reply");

    [Theory]
    [InlineData(8, "")]
    [InlineData(40, "KW3004")]
    public void What_cannot_be_proven_within_the_bound_is_refused(int alternatives, string rule)
    {
        // "All" needs (C0 or D0) and (C1 or D1) and so on, with all the Cs met before all the Ds: the worst order, 2^alternatives nodes if it went on.
        var all = Enumerable.Range(0, alternatives).ToArray();
        string[] lines =
        [
            .. all.Select(static i => $"A{i}(Ticket ticket): X{i} when C{i}"),
            .. all.Select(static i => $"B{i}(Ticket ticket): X{i} unless C{i} when D{i}"),
            "All(" + string.Join(", ", all.Select(static i => $"[From(A{i}, B{i})] X{i} x{i}")) + "): Part when IsUrgent",
            "Other(Ticket ticket): Part unless IsUrgent",
            "Finish([From(All, Other)] Part? part): Reply",
            "condition IsUrgent(Ticket ticket): bool",
            .. all.Select(static i => $"condition C{i}(Ticket ticket): bool"),
            .. all.Select(static i => $"condition D{i}(Ticket ticket): bool"),
        ];

        var faults = DraftText.Solve(lines).Faults;

        Assert.Equal(rule, string.Concat(faults.Select(static fault => fault.Rule)));
        Assert.All(faults, static fault => Assert.Contains("it could not be proven that `All` and `Other` exclude each other", fault.Message, StringComparison.Ordinal));
    }

    private static void Expect(string fault, params string[] lines) => Expect([fault], lines);

    private static void Expect(string[] faults, params string[] lines)
    {
        var found = DraftText.Solve(lines).Faults;

        Assert.Equal(faults.Length, found.Length);
        for (var i = 0; i < faults.Length; i++)
            Assert.StartsWith(faults[i], $"{found[i].Rule} at {found[i].Location}: {found[i].Message}", StringComparison.Ordinal);
    }
}
