using System.Net;
using System.Text;
using KeyedWorkflows.Server.Tests.Scene;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Server.Tests.Contract;

/// <summary>Uploads are in memory while they are read: so many at once, and no more.</summary>
public sealed class UploadPlacesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_finds_no_place_in_time_is_told_when_to_come_again()
    {
        await using var scene = await ServerScene.StartAsync(new()
        {
            Services = static services => services.AddSingleton(static _ => new UploadPlaces(1, TimeSpan.FromMilliseconds(50), TimeProvider.System)),
        });
        using var client = await scene.AddTokenAsync("acme", "filed");
        var (begun, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = UploadAsync(client, new SlowBody(begun, goOn.Task));
        await begun.Task.WaitAsync(Cancel);

        // The first may still be on its way; as soon as it is read, there is no place.
        TestAnswer refused;
        var tries = 0;
        do
            refused = await UploadAsync(client, new ByteArrayContent(Encoding.UTF8.GetBytes("Hello")));
        while (refused.Status == HttpStatusCode.Created && ++tries < 200);

        refused.AssertError(429, "too_many_requests");
        Assert.NotNull(refused.Headers.RetryAfter);
        goOn.SetResult();
        Assert.Equal(HttpStatusCode.Created, (await first).Status);
        Assert.Equal(HttpStatusCode.Created, (await UploadAsync(client, new ByteArrayContent(Encoding.UTF8.GetBytes("Hello")))).Status);
    }

    [Fact]
    public async Task Eight_have_a_place_and_one_that_is_given_back_is_the_next_ones()
    {
        using var places = new UploadPlaces(TimeProvider.System);
        var taken = new List<IDisposable>();
        for (var i = 0; i < 8; i++)
            taken.Add(await places.TakeAsync(i % 2 == 0 ? "one" : "other", Cancel));

        var ninth = places.TakeAsync("third", Cancel);
        Assert.False(ninth.IsCompleted);
        taken[3].Dispose();

        Assert.NotNull(await ninth);
    }

    [Fact]
    public async Task One_token_leaves_half_of_the_places_to_others()
    {
        using var places = new UploadPlaces(TimeProvider.System);
        for (var i = 0; i < 4; i++)
            await places.TakeAsync("one", Cancel);

        Assert.False(places.TakeAsync("one", Cancel).IsCompleted);
        for (var i = 0; i < 4; i++)
            Assert.True(places.TakeAsync("other", Cancel).IsCompletedSuccessfully);
    }

    private static async Task<TestAnswer> UploadAsync(TestClient client, HttpContent file)
    {
        using var body = new MultipartFormDataContent { { file, "file", "letter.txt" } };
        using var answer = await client.Http.PostAsync("files/upload", body, Cancel);
        return await TestAnswer.OfAsync(answer);
    }

    /// <summary>A file whose second half comes when the test says so.</summary>
    private sealed class SlowBody(TaskCompletionSource begun, Task goOn) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("Hel"u8.ToArray(), Cancel);
            await stream.FlushAsync(Cancel);
            begun.SetResult();
            await goOn;
            await stream.WriteAsync("lo"u8.ToArray(), Cancel);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
