using System.ComponentModel.DataAnnotations;

namespace KeyedWorkflows.AotSmoke;

public sealed record TripRequest([property: Required, StringLength(80)] string City, [property: Range(1, 30)] int Days);
