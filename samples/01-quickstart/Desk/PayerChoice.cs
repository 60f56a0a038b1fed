namespace Quickstart.Desk;

/// <summary>The three ways in which a run is told who pays.</summary>
internal enum PayerChoice
{
    /// <summary>The call names a profile.</summary>
    Call,

    /// <summary>The ticket names a profile: <see cref="Desk.Ticket.Profile"/>.</summary>
    Ticket,

    /// <summary>The ticket brings a key: <see cref="Desk.Ticket.Key"/>.</summary>
    Key,
}
