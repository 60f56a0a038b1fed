namespace KeyedWorkflows.Storage;

/// <summary>An administrator's row as one query found it, with what the database says beside it at the same moment.</summary>
internal sealed class FoundAdministrator
{
    public required AdministratorRow Row { get; init; }

    /// <summary>Whether one of this id was revoked. Ids are never used again: somebody put the row back.</summary>
    public required bool IsFormer { get; init; }

    public required long ChangeNumber { get; init; }

    public required string? ChangeMark { get; init; }

    /// <summary>The state of the database that the row was read in.</summary>
    public StoreChange Change => new(ChangeNumber, ChangeMark ?? "");
}
