using KeyedWorkflows.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Tests.Runtime;

/// <summary>One instance and one scope a run, let go after the last step.</summary>
public sealed class LifetimeTests
{
    [Fact]
    public async Task Each_run_has_an_instance_and_a_scope_of_its_own()
    {
        await using var scene = WithServices();
        List<Service> seen = [];
        var workflow = Scoped((author, emitted, input) => emitted.PlainAsync(0, () =>
        {
            seen.Add(author.Service);
            Assert.False(author.Service.IsDisposed);
            return input;
        }));

        await scene.RunAsync(workflow, "one");
        await scene.RunAsync(workflow, "two");

        Assert.NotSame(seen[0], seen[1]);
        Assert.All(seen, static service => Assert.True(service.IsDisposed));
    }

    [Fact]
    public async Task Class_and_scope_are_disposed_of_after_a_failure_too_the_class_first()
    {
        await using var scene = WithServices();
        List<string> happened = [];
        var workflow = Scoped((author, emitted, _) => emitted.PlainAsync<string>(0, () =>
        {
            author.Happened = happened;
            author.Service.Happened = happened;
            return Task.FromException<string>(new InvalidOperationException("no"));
        }));

        await scene.FailureAsync(workflow, "hello");

        Assert.Equal(["class disposed", "service disposed"], happened);
    }

    [Fact]
    public async Task They_are_disposed_of_before_the_run_is_said_to_have_ended()
    {
        await using var scene = WithServices();
        List<string> happened = [];
        var workflow = Scoped((author, emitted, input) => emitted.PlainAsync(0, () =>
        {
            author.Happened = happened;
            return input;
        }));

        await foreach (var ended in scene.StreamAsync(workflow, "hello"))
        {
            if (ended is RunEndedEvent)
                Assert.Equal(["class disposed"], happened);
        }
    }

    [Fact]
    public async Task A_run_that_is_refused_lets_go_of_what_its_chooser_needed()
    {
        await using var scene = WithServices();
        Service? seen = null;
        var workflow = new TestExecutor<Author, string, string>(Written.Describe("choosing", [Written.Main with { HasChooser = true }], Written.Steps("Step")))
        {
            TakesServices = true,
            Create = static services => new Author(services.GetRequiredService<Service>()),
            Chooses = (author, _, _, _) =>
            {
                seen = author.Service;
                return new("unknown");
            },
            Body = static (_, emitted, input) => emitted.PlainAsync(0, () => input),
        };

        Assert.Equal(WorkflowErrorCodes.ProviderNotInitialized, (await scene.FailureAsync(workflow, "hello")).Code);
        Assert.True(seen!.IsDisposed);
    }

    [Fact]
    public async Task An_explanation_creates_the_class_for_its_chooser_only_and_lets_it_go()
    {
        await using var scene = WithServices();
        Service? seen = null;
        var choosing = new TestExecutor<Author, string, string>(Written.Describe("choosing", [Written.Main with { HasChooser = true }], Written.Steps("Step")))
        {
            TakesServices = true,
            Create = static services => new Author(services.GetRequiredService<Service>()),
            Chooses = (author, _, _, _) =>
            {
                seen = author.Service;
                return new("house");
            },
            Body = static (_, _, _) => throw new InvalidOperationException("ran"),
        };
        var plain = new TestExecutor<Author, string, string>(Written.Describe("plain", [Written.Main], Written.Steps("Step")))
        {
            TakesServices = true,
            Create = static _ => throw new InvalidOperationException("created"),
            Body = static (_, _, _) => throw new InvalidOperationException("ran"),
        };

        var chosen = await scene.ExplainAsync(choosing, "hello");

        Assert.True(chosen.CanRun);
        Assert.Equal("house", Assert.Single(chosen.Slots).ProfileName);
        Assert.Equal(CredentialSource.ChooseProfile, chosen.Slots[0].Source);
        Assert.True(seen!.IsDisposed);
        Assert.True((await scene.ExplainAsync(plain, "hello", "acme")).CanRun);
    }

    [Fact]
    public async Task A_class_that_is_disposable_at_once_is_disposed_of_without_services_too()
    {
        await using var scene = new Scene();
        var author = new Synchronous();
        var workflow = new TestExecutor<Synchronous, string, string>(Written.Describe("sync", [], Written.Steps("Step")))
        {
            Create = _ => author,
            Body = static (_, emitted, input) => emitted.PlainAsync(0, () => input),
        };

        await scene.RunAsync(workflow, "hello");

        Assert.Equal(1, author.Disposed);
    }

    [Fact]
    public async Task A_class_that_cannot_be_created_says_to_register_its_services()
    {
        await using var scene = new Scene();

        var error = await scene.FailureAsync(Scoped(static (_, emitted, input) => emitted.PlainAsync(0, () => input)), "hello");

        Assert.Equal(WorkflowErrorCodes.HostMisconfigured, error.Code);
        Assert.Contains(nameof(Service), error.Message, StringComparison.Ordinal);
        Assert.Contains("Register", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disposal_that_throws_fails_the_run_but_hides_no_earlier_failure()
    {
        await using var scene = new Scene();
        var workflow = (bool fails) => new TestExecutor<Throwing, string, string>(Written.Describe("throwing", [], Written.Steps("Step")))
        {
            Create = static _ => new Throwing(),
            Body = (_, emitted, input) => emitted.PlainAsync(0, () => fails ? Task.FromException<string>(new InvalidDataException("step")) : Task.FromResult(input)),
        };

        var alone = await scene.FailureAsync(workflow(false), "hello");
        var after = await scene.FailureAsync(workflow(true), "hello");

        Assert.Equal(WorkflowErrorCodes.StepFailed, alone.Code);
        Assert.IsType<InvalidOperationException>(alone.InnerException);
        Assert.Null(alone.Step);
        Assert.IsType<InvalidDataException>(after.InnerException);
    }

    [Fact]
    public async Task A_class_without_services_has_no_scope()
    {
        await using var scene = WithServices();
        IServiceProvider? given = null;
        var workflow = new TestExecutor<Nothing, string, string>(Written.Describe("plain", [], Written.Steps("Step")))
        {
            Create = services =>
            {
                given = services;
                return new Nothing();
            },
            Body = static (_, emitted, input) => emitted.PlainAsync(0, () => input),
        };

        await scene.RunAsync(workflow, "hello");

        // The root: a scoped service cannot come from it.
        Assert.Throws<InvalidOperationException>(() => given!.GetRequiredService<Service>());
    }

    private static Scene WithServices() => new(static services => services.AddScoped<Service>());

    private static TestExecutor<Author, string, string> Scoped(Func<Author, Emitted, string, Task<string>> body) => new(Written.Describe("scoped", [], Written.Steps("Step")))
    {
        TakesServices = true,
        Create = static services => new Author(services.GetRequiredService<Service>()),
        Body = body,
    };

    private sealed class Service : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public List<string>? Happened { get; set; }

        public void Dispose()
        {
            IsDisposed = true;
            Happened?.Add("service disposed");
        }
    }

    private sealed class Author(Service service) : IAsyncDisposable
    {
        public Service Service => service;

        public List<string>? Happened { get; set; }

        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            Happened?.Add("class disposed");
        }
    }

    private sealed class Synchronous : IDisposable
    {
        public int Disposed { get; private set; }

        public void Dispose() => Disposed++;
    }

    private sealed class Throwing : IDisposable
    {
        public void Dispose() => throw new InvalidOperationException("dispose");
    }
}
