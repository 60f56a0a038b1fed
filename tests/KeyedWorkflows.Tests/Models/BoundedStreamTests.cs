namespace KeyedWorkflows.Tests.Models;

/// <summary>A library lets go of an answer's body when its call is cancelled, and that while the body is read: .NET's own stream would give its connection back twice.</summary>
public sealed class BoundedStreamTests
{
    /// <summary>What a body that is held never gives is waited for so long, and then fails.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_that_is_let_go_while_it_is_read_is_let_go_once_the_reading_ends()
    {
        var body = new HeldBody();
        var stream = new BoundedStream(body, 100);
        var read = stream.ReadAsync(new byte[10], Cancel);

        stream.Dispose();
        stream.Dispose();
        Assert.Equal(0, body.Disposals);
        body.Answer(7);

        Assert.Equal(7, await read);
        Assert.Equal(1, body.Disposals);
        stream.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.ReadAsync(new byte[10], Cancel).AsTask().WaitAsync(Patience, Cancel));
        Assert.Equal((1, 1), (body.Disposals, body.Reads));
    }

    [Fact]
    public async Task A_reading_that_fails_lets_go_too()
    {
        var body = new HeldBody();
        var stream = new BoundedStream(body, 100);
        var read = stream.ReadAsync(new byte[10], Cancel);

        await stream.DisposeAsync();
        body.Fail(new IOException("cut"));

        await Assert.ThrowsAsync<IOException>(() => read.AsTask());
        Assert.Equal(1, body.Disposals);
    }

    /// <summary>As that of a connection that is closed already: whoever failed to read it reads no more.</summary>
    [Fact]
    public async Task A_reading_that_fails_before_it_begins_leaves_the_body_to_be_let_go()
    {
        var body = new ClosedBody();
        var stream = new BoundedStream(body, 100);
        await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[10], Cancel).AsTask());
        Assert.Throws<IOException>(() => stream.Read(new byte[10]));

        await stream.DisposeAsync();

        Assert.Equal(1, body.Disposals);
    }

    [Fact]
    public async Task A_body_that_nobody_reads_is_let_go_at_once_and_one_that_is_read_has_one_reader()
    {
        var body = new HeldBody();
        var stream = new BoundedStream(body, 100);
        var read = stream.ReadAsync(new byte[10], Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => stream.ReadAsync(new byte[10], Cancel).AsTask().WaitAsync(Patience, Cancel));
        body.Answer(3);
        Assert.Equal(3, await read);

        await stream.DisposeAsync();

        Assert.Equal((1, 1), (body.Disposals, body.Reads));
    }

    /// <summary>The content lets go of what it holds, and so past the stream that is being read.</summary>
    [Fact]
    public async Task The_whole_answer_is_let_go_through_the_stream_that_is_read()
    {
        var body = new HeldBody();
        var answer = new HttpResponseMessage { Content = new BoundedContent(new StreamContent(body)) };
        var stream = await answer.Content.ReadAsStreamAsync(Cancel);
        var read = stream.ReadAsync(new byte[10], Cancel);

        answer.Dispose();
        Assert.Equal(0, body.Disposals);
        body.Answer(1);

        Assert.Equal(1, await read);
        Assert.Equal(1, body.Disposals);
        var unread = new HeldBody();
        new HttpResponseMessage { Content = new BoundedContent(new StreamContent(unread)) }.Dispose();
        Assert.Equal(1, unread.Disposals);
    }

    [Fact]
    public async Task A_body_is_given_out_once_and_not_at_all_once_the_answer_was_let_go()
    {
        using var content = new BoundedContent(new StreamContent(new HeldBody()));
        await content.ReadAsStreamAsync(Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => content.CopyToAsync(Stream.Null, Cancel).WaitAsync(Patience, Cancel));

        var opening = new OpeningContent();
        var late = new BoundedContent(opening);
        var opened = late.ReadAsStreamAsync(Cancel);
        late.Dispose();
        opening.Open(new HeldBody());

        await Assert.ThrowsAsync<ObjectDisposedException>(() => opened);
    }

    /// <summary>However the two meet, the body is read by nobody after it was let go, and let go once. Whoever would read on without end ends soon after it was let go.</summary>
    [Fact]
    public async Task Of_reading_and_letting_go_at_once_one_comes_after_the_other()
    {
        for (var i = 0; i < 2_000; i++)
        {
            var body = new BusyBody();
            var stream = new BoundedStream(body, long.MaxValue);
            using var start = new Barrier(2);
            var isLetGo = false;
            var reading = Task.Run(
                async () =>
                {
                    start.SignalAndWait(Cancel);
                    for (var late = 0; late < 3;)
                    {
                        late += Volatile.Read(ref isLetGo) ? 1 : 0;
                        try
                        {
                            await stream.ReadExactlyAsync(new byte[1], Cancel);
                        }
                        catch (ObjectDisposedException)
                        {
                            return true;
                        }
                    }
                    return false;
                },
                Cancel);
            var spins = i % 200;
            var lettingGo = Task.Run(
                () =>
                {
                    start.SignalAndWait(Cancel);
                    Thread.SpinWait(spins);
                    stream.Dispose();
                    Volatile.Write(ref isLetGo, true);
                },
                Cancel);

            await Task.WhenAll(reading, lettingGo).WaitAsync(Patience, Cancel);
            Assert.True(await reading, "The body is read after it was let go.");
            Assert.Equal((1, 0), (body.Disposals, body.Meetings));
        }
    }

    /// <summary>An answer whose body is opened when a test says so.</summary>
    private sealed class OpeningContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> body = new();

        public void Open(Stream stream) => body.SetResult(stream);

        protected override Task<Stream> CreateContentReadStreamAsync() => body.Task;

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>A body of which a piece comes when a test says so.</summary>
    private sealed class HeldBody : CountedBody
    {
        private TaskCompletionSource<int> piece = new();

        public int Reads { get; private set; }

        public void Answer(int bytes)
        {
            var held = piece;
            piece = new();
            held.SetResult(bytes);
        }

        public void Fail(Exception error) => piece.SetException(error);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Reads++;
            return await piece.Task;
        }
    }

    /// <summary>A body that cannot be read.</summary>
    private sealed class ClosedBody : CountedBody
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("closed");

        public override int Read(Span<byte> buffer) => throw new IOException("closed");
    }

    /// <summary>A body that notices when it is read and let go at once.</summary>
    private sealed class BusyBody : CountedBody
    {
        private int busy;

        public int Meetings { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Be();
            return new(1);
        }

        protected override void Dispose(bool disposing)
        {
            Be();
            base.Dispose(disposing);
        }

        private void Be()
        {
            if (Interlocked.Increment(ref busy) > 1 || Disposals > 0)
                Meetings++;
            Thread.SpinWait(20);
            Interlocked.Decrement(ref busy);
        }
    }

    private abstract class CountedBody : MemoryStream
    {
        public int Disposals { get; private set; }

        protected override void Dispose(bool disposing)
        {
            Disposals++;
            base.Dispose(disposing);
        }
    }
}
