namespace Quickstart.Orders;

public sealed record Order(string Number, string Item, string Parcel);
