namespace KeyedWorkflows.Storage;

/// <summary>A tenant that an entry of the audit concerns: by it the entry is found.</summary>
internal sealed class AuditTenantRow
{
    public required long Number { get; set; }

    public required string Tenant { get; set; }
}
