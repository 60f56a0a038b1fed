using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;

namespace KeyedWorkflows.Runtime;

/// <summary>Checks an input by its data annotations, which emitted code hands over as instances, so that nothing is read by reflection. Gathers all errors.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "A collector that lives for one call.")]
public struct InputValidator
{
    private readonly object input;
    private readonly IServiceProvider services;
    private List<string>? errors;

    internal InputValidator(object input, IServiceProvider services)
    {
        this.input = input;
        this.services = services;
    }

    /// <summary>All errors in one text; null where there is none. No value of the input is in it, but for what the author's own messages say.</summary>
    internal readonly string? Errors => errors is null ? null : string.Join(' ', errors);

    /// <summary>Checks one member.</summary>
    /// <param name="value">Its value.</param>
    /// <param name="member">Its name.</param>
    /// <param name="attributes">Its annotations.</param>
    public void Check(object? value, string member, params ReadOnlySpan<ValidationAttribute> attributes)
    {
        foreach (var attribute in attributes)
        {
            var context = new ValidationContext(input, member, services, null) { MemberName = member };
            if (attribute.GetValidationResult(value, context) is { } failed)
            {
                Add(member, failed.ErrorMessage);

                // Without a value the other annotations have nothing to say.
                if (attribute is RequiredAttribute)
                    return;
            }
        }
    }

    /// <summary>Asks the input itself, where it can say more. As elsewhere in .NET, only one whose members are sound: it may rely on them.</summary>
    internal void CheckItself()
    {
        if (errors is not null || input is not IValidatableObject validatable)
            return;
        var context = new ValidationContext(input, input.GetType().Name, services, null);
        foreach (var failed in validatable.Validate(context))
        {
            if (failed is not null && failed != ValidationResult.Success)
                Add(string.Join(", ", failed.MemberNames), failed.ErrorMessage);
        }
    }

    private void Add(string member, string? message)
    {
        var text = string.IsNullOrWhiteSpace(message) ? "The value is not valid." : message;
        (errors ??= []).Add(member.Length > 0 && !text.Contains(member, StringComparison.Ordinal) ? $"{member}: {text}" : text);
    }
}
