namespace TriggerApi.Desk;

public sealed record Order(string Number, string Item, string Parcel);
