namespace Acme.Workflows;

public sealed record RefundRequest(int Order);
