using System.Buffers.Binary;
using System.Text;

namespace KeyedWorkflows.Storage;

/// <summary>
/// How a request lies in the journal: a byte that says how it stands; numbers of the end; numbers of the start; texts. It is less than half a page of memory, and written in one piece: a process that is killed leaves all of it or nothing. A text that has no room is cut, and one for which none is left is as if it were not there.
/// </summary>
internal static class JournalSlot
{
    public const int Bytes = 2048;

    public const byte Free = 0;

    public const byte Begun = 1;

    public const byte Ended = 2;

    /// <summary>How long the mark and the end are at most: numbers and two texts.</summary>
    public const int EndBytes = 512;

    private const int NumbersOfEndAt = 8;
    private const int TextsOfEndAt = 56;
    private const int StartAt = EndBytes;
    private const int TextsOfStartAt = StartAt + 24;
    private const int NoElement = -1;
    private const ushort NoText = ushort.MaxValue;

    /// <summary>Bytes of one character in UTF-8, at most: with less room, not even one fits.</summary>
    private const int LongestCharacter = 4;

    /// <summary>Writes what is known before the request leaves, with what it is taken to use.</summary>
    /// <returns>How many bytes of the slot are used.</returns>
    public static int WriteStart(Span<byte> slot, JournalCall call)
    {
        slot[..EndBytes].Clear();
        WriteEnd(slot[..EndBytes], 0, call.Usage, isEstimated: true, null, null, TimeSpan.Zero);
        slot[0] = Begun;
        BinaryPrimitives.WriteInt64LittleEndian(slot[StartAt..], call.StartedAt.UtcTicks);
        BinaryPrimitives.WriteInt32LittleEndian(slot[(StartAt + 8)..], call.Attempt);
        BinaryPrimitives.WriteInt32LittleEndian(slot[(StartAt + 12)..], call.Element ?? NoElement);
        var at = TextsOfStartAt;
        foreach (var text in (ReadOnlySpan<string?>)[call.RunId, call.TokenId, call.ProfileId, call.Tenant, call.ProfileName, call.Workflow, call.Provider, call.Model, call.Slot, call.EndUser, call.Step])
            WriteText(slot, ref at, text);
        return at;
    }

    /// <summary>Writes the mark and how the request ended.</summary>
    /// <returns>How many bytes are used: they are the first of the slot.</returns>
    public static int WriteEnd(Span<byte> end, int number, in RunUsage usage, bool isEstimated, string? modelAnswered, string? errorCode, TimeSpan duration)
    {
        end[..NumbersOfEndAt].Clear();
        end[0] = Ended;
        var numbers = end[NumbersOfEndAt..];
        BinaryPrimitives.WriteInt32LittleEndian(numbers, number);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[4..], isEstimated ? 1 : 0);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], usage.InputTokens);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[16..], usage.OutputTokens);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[24..], usage.CachedInputTokens);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[32..], usage.ReasoningTokens);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[40..], duration.Ticks);
        var at = TextsOfEndAt;
        WriteText(end, ref at, errorCode);
        WriteText(end, ref at, modelAnswered);
        return at;
    }

    /// <summary>Reads a slot.</summary>
    /// <returns>Null where it is free, or holds what this version does not write.</returns>
    public static JournalCall? Read(ReadOnlySpan<byte> slot)
    {
        if (slot[0] is not (Begun or Ended))
            return null;
        var end = slot[NumbersOfEndAt..];
        var (atEnd, atStart) = (TextsOfEndAt, TextsOfStartAt);
        var errorCode = ReadText(slot[..EndBytes], ref atEnd);
        var modelAnswered = ReadText(slot[..EndBytes], ref atEnd);
        var texts = new string?[11];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = ReadText(slot, ref atStart);
        if (texts is not [{ } runId, { } tokenId, var profileId, var tenant, var profileName, { } workflow, { } provider, { } model, var ofSlot, var endUser, var step])
            return null;
        var element = BinaryPrimitives.ReadInt32LittleEndian(slot[(StartAt + 12)..]);
        var isEnded = slot[0] == Ended;
        return new()
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
            Attempt = BinaryPrimitives.ReadInt32LittleEndian(slot[(StartAt + 8)..]),
            StartedAt = new(BinaryPrimitives.ReadInt64LittleEndian(slot[StartAt..]), TimeSpan.Zero),
            Number = isEnded ? BinaryPrimitives.ReadInt32LittleEndian(end) : null,
            IsEstimated = !isEnded || BinaryPrimitives.ReadInt32LittleEndian(end[4..]) != 0,
            Usage = new(
                1, BinaryPrimitives.ReadInt64LittleEndian(end[8..]), BinaryPrimitives.ReadInt64LittleEndian(end[16..]), BinaryPrimitives.ReadInt64LittleEndian(end[24..]), BinaryPrimitives.ReadInt64LittleEndian(end[32..])),
            Duration = new(BinaryPrimitives.ReadInt64LittleEndian(end[40..])),
            ErrorCode = isEnded ? errorCode : WorkflowErrorCodes.HostStopped,
            ModelAnswered = isEnded ? modelAnswered : null,
        };
    }

    private static void WriteText(Span<byte> slot, ref int at, string? text)
    {
        if (at + sizeof(ushort) > slot.Length)
            return;
        var target = slot[(at + sizeof(ushort))..];
        if (text is null || (text.Length > 0 && target.Length < LongestCharacter))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(slot[at..], NoText);
            at += sizeof(ushort);
            return;
        }
        Encoding.UTF8.GetEncoder().Convert(text, target, flush: true, out _, out var length, out _);
        BinaryPrimitives.WriteUInt16LittleEndian(slot[at..], (ushort)length);
        at += sizeof(ushort) + length;
    }

    private static string? ReadText(ReadOnlySpan<byte> slot, ref int at)
    {
        if (at + sizeof(ushort) > slot.Length)
            return null;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(slot[at..]);
        at += sizeof(ushort);
        if (length == NoText || at + length > slot.Length)
            return null;
        var text = Encoding.UTF8.GetString(slot.Slice(at, length));
        at += length;
        return text;
    }
}
