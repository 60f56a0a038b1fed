using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Generators.Tests.Emitting;

/// <summary>An assembly with emitted code, in a host with a scripted provider. Its class <c>Scene</c> plays what a test asks for.</summary>
internal sealed class LoadedWorkflows : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly Assembly assembly;

    private LoadedWorkflows(Assembly assembly, ServiceProvider services, ScriptedProvider provider)
    {
        this.assembly = assembly;
        this.services = services;
        Provider = provider;
    }

    public ScriptedProvider Provider { get; }

    public IServiceProvider Services => services;

    /// <summary>Emits, compiles and loads.</summary>
    public static LoadedWorkflows Of(params string[] sources)
    {
        var emission = Emission.Sound(sources);
        Assert.Empty(emission.Faults);
        return Of(emission.Output);
    }

    /// <summary>Loads a compilation with emitted code.</summary>
    public static LoadedWorkflows Of(CSharpCompilation compilation)
    {
        using var image = new MemoryStream();
        var built = compilation.Emit(image, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(built.Success, string.Join('\n', built.Diagnostics));
        image.Position = 0;
        var assembly = new AssemblyLoadContext(compilation.AssemblyName, isCollectible: true).LoadFromStream(image);
        var provider = new ScriptedProvider();
        var collection = new ServiceCollection();
        var scene = assembly.GetType("Scene");
        scene?.GetMethod("Configure", BindingFlags.Public | BindingFlags.Static)?.Invoke(null, [collection]);
        var workflows = (WorkflowsBuilder)assembly.GetType("KeyedWorkflows.WorkflowsServiceCollectionExtensions", throwOnError: true)!
            .GetMethod("AddWorkflows", [typeof(IServiceCollection)])!.Invoke(null, [collection])!;
        workflows.AddProvider(provider);
        foreach (var name in new[] { "acme", "other" })
        {
            workflows.AddProfile(new()
            {
                Id = name,
                Name = name,
                Provider = "scripted",
                ApiKey = Secret.From("key-" + Guid.NewGuid().ToString("N")),
                Model = "model-of-" + name,
                EmbeddingModel = "embedding",
                Revision = "1",
            });
        }
        return new(assembly, collection.BuildServiceProvider(), provider);
    }

    /// <summary>Plays <c>Scene.{method}(IServiceProvider)</c>.</summary>
    public async Task<T> Play<T>(string method = "Play")
    {
        var play = assembly.GetType("Scene", throwOnError: true)!.GetMethod(method) ?? throw new ArgumentException($"The scene has no method {method}.", nameof(method));
        return await (Task<T>)play.Invoke(null, [services])!;
    }

    /// <summary>A type of the assembly.</summary>
    public Type Type(string name) => assembly.GetType(name, throwOnError: true)!;

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
