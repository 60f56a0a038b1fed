namespace Acme.Workflows;

public sealed record RefundReply(bool IsGranted);
