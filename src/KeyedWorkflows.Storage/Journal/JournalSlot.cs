using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace KeyedWorkflows.Storage;

/// <summary>
/// How a request lies in the journal, in two parts: how it ended, and, before that, how it began, with what it is taken to use. Each has a version, its length and a checksum, numbers and texts; it is written in one piece. A start that was
/// written in part, or damaged since, is no request, and an end none: of such a request nobody knows how it ended. What is read is within bounds, whoever wrote it: one absurd number would spoil the sums of all. A text that has no room
/// is cut, and one for which none is left is as if it were not there.
/// </summary>
internal static class JournalSlot
{
    public const int Bytes = 2048;

    /// <summary>How long the end is at most: numbers and two texts.</summary>
    public const int EndBytes = SectorBytes;

    /// <summary>What a disk writes in one piece, or loses.</summary>
    private const int SectorBytes = 512;

    /// <summary>More tokens than this are in no request.</summary>
    public const long MostTokens = 1_000_000_000_000;

    private const byte Version = 1;

    // Of each part: checksum, version, length.
    private const int VersionAt = 4;
    private const int LengthAt = 6;
    private const int HeaderBytes = 8;

    private const int NumberAt = HeaderBytes;
    private const int FlagsAt = NumberAt + 4;
    private const int UsageOfEndAt = FlagsAt + 4;
    private const int DurationAt = UsageOfEndAt + UsageBytes;
    private const int TextsOfEndAt = DurationAt + 8;

    private const int StartedAt = HeaderBytes;
    private const int AttemptAt = StartedAt + 8;
    private const int ElementAt = AttemptAt + 4;
    private const int UsageOfStartAt = ElementAt + 4;
    private const int TextsOfStartAt = UsageOfStartAt + UsageBytes;

    private const int UsageBytes = 4 * 8;
    private const int TextsOfStart = 11;
    private const int NoElement = -1;
    private const int MostNumber = 1_000_000_000;
    private const ushort NoText = ushort.MaxValue;

    /// <summary>Bytes of one character in UTF-8, at most: with less room, not even one fits.</summary>
    private const int LongestCharacter = 4;

    private static readonly long FirstTicks = DateTime.UnixEpoch.Ticks;
    private static readonly long LastTicks = new DateTime(2200, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private static readonly long MostDuration = TimeSpan.FromDays(366).Ticks;

    /// <summary>What would disturb a terminal, a log or a line of a file.</summary>
    private static readonly SearchValues<char> Controls = SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(static code => (char)code).Where(char.IsControl), '\u2028', '\u2029']);

    /// <summary>Writes what is known before the request leaves, with what it is taken to use.</summary>
    /// <returns>How many bytes of the slot are used.</returns>
    public static int WriteStart(Span<byte> slot, JournalCall call)
    {
        slot[..EndBytes].Clear();
        var start = slot[EndBytes..Bytes];
        BinaryPrimitives.WriteInt64LittleEndian(start[StartedAt..], call.StartedAt.UtcTicks);
        BinaryPrimitives.WriteInt32LittleEndian(start[AttemptAt..], call.Attempt);
        BinaryPrimitives.WriteInt32LittleEndian(start[ElementAt..], call.Element ?? NoElement);
        WriteUsage(start[UsageOfStartAt..], call.Usage);
        var at = TextsOfStartAt;
        foreach (var text in (ReadOnlySpan<string?>)[call.RunId, call.TokenId, call.ProfileId, call.Tenant, call.ProfileName, call.Workflow, call.Provider, call.Model, call.Slot, call.EndUser, call.Step])
            WriteText(start, ref at, text);
        Seal(start[..at]);
        return EndBytes + at;
    }

    /// <summary>Writes how the request ended.</summary>
    /// <returns>How many bytes are used: they are the first of the slot.</returns>
    public static int WriteEnd(Span<byte> end, int number, in RunUsage usage, bool isEstimated, string? modelAnswered, string? errorCode, TimeSpan duration)
    {
        BinaryPrimitives.WriteInt32LittleEndian(end[NumberAt..], number);
        BinaryPrimitives.WriteInt32LittleEndian(end[FlagsAt..], isEstimated ? 1 : 0);
        WriteUsage(end[UsageOfEndAt..], usage);
        BinaryPrimitives.WriteInt64LittleEndian(end[DurationAt..], Math.Clamp(duration.Ticks, 0, MostDuration));
        var at = TextsOfEndAt;
        WriteText(end, ref at, errorCode);
        WriteText(end, ref at, modelAnswered);
        Seal(end[..at]);
        return at;
    }

    /// <summary>Whether nothing is under way in a slot: it was never used, or was being freed when the power was lost. Where all of the beginning's first sector is lost, and more is there, it is damaged.</summary>
    public static bool IsFree(ReadOnlySpan<byte> slot) =>
        !slot.Slice(EndBytes, HeaderBytes).ContainsAnyExcept((byte)0) && (slot.Slice(EndBytes + HeaderBytes, SectorBytes - HeaderBytes).ContainsAnyExcept((byte)0) || !slot.ContainsAnyExcept((byte)0));

    /// <summary>Reads a slot.</summary>
    /// <returns>Null where it is free, was written in part, or holds what this version does not write.</returns>
    public static JournalCall? Read(ReadOnlySpan<byte> slot)
    {
        if (!TryOpen(slot[EndBytes..Bytes], TextsOfStartAt, out var start))
            return null;
        var ticks = BinaryPrimitives.ReadInt64LittleEndian(start[StartedAt..]);
        var attempt = BinaryPrimitives.ReadInt32LittleEndian(start[AttemptAt..]);
        var element = BinaryPrimitives.ReadInt32LittleEndian(start[ElementAt..]);
        if (ticks < FirstTicks || ticks >= LastTicks || attempt < 0 || element < NoElement || !TryReadUsage(start[UsageOfStartAt..], out var taken))
            return null;
        var at = TextsOfStartAt;
        var texts = new string?[TextsOfStart];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = ReadText(start, ref at);
        if (texts is not [{ } runId, { } tokenId, var profileId, var tenant, var profileName, { } workflow, { } provider, { } model, var ofSlot, var endUser, var step])
            return null;
        var call = new JournalCall
        {
            RunId = runId,
            TokenId = tokenId,
            ProfileId = profileId,
            Tenant = tenant,
            ProfileName = profileName,
            Workflow = workflow,
            Provider = provider,
            Model = model,
            Slot = ofSlot ?? "",
            EndUser = endUser,
            Step = step ?? "",
            Element = element == NoElement ? null : element,
            Attempt = attempt,
            StartedAt = new(ticks, TimeSpan.Zero),
            IsEstimated = true,
            Usage = taken,
            Duration = TimeSpan.Zero,
            ErrorCode = WorkflowErrorCodes.HostStopped,
        };
        return TryOpen(slot[..EndBytes], TextsOfEndAt, out var end) ? Ended(call, end) : call;
    }

    /// <summary>The call as it ended; as it began where its end cannot have been so.</summary>
    private static JournalCall Ended(JournalCall call, ReadOnlySpan<byte> end)
    {
        var number = BinaryPrimitives.ReadInt32LittleEndian(end[NumberAt..]);
        var duration = BinaryPrimitives.ReadInt64LittleEndian(end[DurationAt..]);
        if (number is < 0 or > MostNumber || duration < 0 || duration > MostDuration || !TryReadUsage(end[UsageOfEndAt..], out var used))
            return call;
        var at = TextsOfEndAt;
        return call with
        {
            Number = number,
            IsEstimated = BinaryPrimitives.ReadInt32LittleEndian(end[FlagsAt..]) != 0,
            Usage = used,
            Duration = new(duration),
            ErrorCode = ReadText(end, ref at),
            ModelAnswered = ReadText(end, ref at),
        };
    }

    /// <summary>Says of a part that it is whole.</summary>
    private static void Seal(Span<byte> part)
    {
        part[VersionAt] = Version;
        part[VersionAt + 1] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(part[LengthAt..], (ushort)part.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(part, Crc32C.Of(part[VersionAt..]));
    }

    /// <summary>Whether a part is whole, and of this version.</summary>
    private static bool TryOpen(ReadOnlySpan<byte> room, int least, out ReadOnlySpan<byte> part)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(room[LengthAt..]);
        part = length <= room.Length ? room[..length] : [];
        return part.Length >= least && part[VersionAt] == Version && Crc32C.Of(part[VersionAt..]) == BinaryPrimitives.ReadUInt32LittleEndian(part);
    }

    private static void WriteUsage(Span<byte> to, in RunUsage usage)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, Bounded(usage.InputTokens));
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], Bounded(usage.OutputTokens));
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], Bounded(usage.CachedInputTokens));
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], Bounded(usage.ReasoningTokens));
    }

    private static long Bounded(long tokens) => Math.Clamp(tokens, 0, MostTokens);

    private static bool TryReadUsage(ReadOnlySpan<byte> from, out RunUsage usage)
    {
        usage = new(
            1, BinaryPrimitives.ReadInt64LittleEndian(from), BinaryPrimitives.ReadInt64LittleEndian(from[8..]), BinaryPrimitives.ReadInt64LittleEndian(from[16..]), BinaryPrimitives.ReadInt64LittleEndian(from[24..]));
        return IsBounded(usage.InputTokens) && IsBounded(usage.OutputTokens) && IsBounded(usage.CachedInputTokens) && IsBounded(usage.ReasoningTokens);
    }

    private static bool IsBounded(long tokens) => tokens is >= 0 and <= MostTokens;

    private static void WriteText(Span<byte> part, ref int at, string? text)
    {
        if (at + sizeof(ushort) > part.Length)
            return;
        var target = part[(at + sizeof(ushort))..];
        if (text is null || (text.Length > 0 && target.Length < LongestCharacter))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(part[at..], NoText);
            at += sizeof(ushort);
            return;
        }
        Encoding.UTF8.GetEncoder().Convert(text, target, flush: true, out _, out var length, out _);
        BinaryPrimitives.WriteUInt16LittleEndian(part[at..], (ushort)length);
        at += sizeof(ushort) + length;
    }

    private static string? ReadText(ReadOnlySpan<byte> part, ref int at)
    {
        if (at + sizeof(ushort) > part.Length)
            return null;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(part[at..]);
        at += sizeof(ushort);
        if (length == NoText || at + length > part.Length)
            return null;
        var text = Encoding.UTF8.GetString(part.Slice(at, length));
        at += length;
        return text.AsSpan().ContainsAny(Controls) ? new string([.. text.Select(static c => Controls.Contains(c) ? '\uFFFD' : c)]) : text;
    }
}
