using KeyedWorkflows.Generators.Models;

namespace KeyedWorkflows.Generators.Tests.Parsing;

public sealed class ValidationTests
{
    private const string Name = "global::System.ComponentModel.DataAnnotations.";

    [Theory]
    [InlineData("[Required]", "RequiredAttribute()")]
    [InlineData("[Range(1, 10, ErrorMessage = \"a \\\"b\\\"\")]", "RangeAttribute(1, 10) { ErrorMessage = \"a \\\"b\\\"\" }")]
    [InlineData("[Range(-0.5, double.PositiveInfinity)]", "RangeAttribute(-0.5D, double.PositiveInfinity)")]
    [InlineData("[Range(typeof(decimal), \"1\", \"2\")]", "RangeAttribute(typeof(decimal), \"1\", \"2\")")]
    [InlineData("[StringLength(20, MinimumLength = 3)]", "StringLengthAttribute(20) { MinimumLength = 3 }")]
    [InlineData("[DataType(DataType.Password)]", "DataTypeAttribute(global::System.ComponentModel.DataAnnotations.DataType.Password)")]
    [InlineData("[AllowedValues(1, \"a\", null, 'c', 2L, (byte)3, DayOfWeek.Friday)]", "AllowedValuesAttribute(new object?[] { 1, \"a\", null!, 'c', 2L, (byte)(3), global::System.DayOfWeek.Friday })")]
    public void An_annotation_is_written_anew(string attribute, string expected)
    {
        var member = Assert.Single(Input($"public record In({attribute} string @Text);").Sound().Validation.Members);

        Assert.Equal(("Text", "Text"), (member.Property, member.Name));
        Assert.Equal(["new " + Name + expected], member.Attributes);
    }

    [Fact]
    public void Annotations_of_base_types_interfaces_and_the_type_itself_are_read()
    {
        var validation = Input("""
            [Odd] public class In : Base, IValidatableObject { [MaxLength(5)] public string? Text { get; set; } public IEnumerable<ValidationResult> Validate(ValidationContext c) => null!; }
            public class Base { [Phone, EmailAddress] public string? Mail { get; set; } }
            public class OddAttribute : ValidationAttribute;
            """).Sound().Validation;

        Assert.Equal(["Text", "Mail"], validation.Members.Select(static member => member.Name));
        Assert.Equal(["new " + Name + "PhoneAttribute()", "new " + Name + "EmailAddressAttribute()"], validation.Members[1].Attributes);
        Assert.Equal(["new global::Acme.OddAttribute()"], validation.TypeAttributes);
        Assert.True(validation.IsValidatableObject);
    }

    [Theory]
    [InlineData("public class In { [Hidden] public string? Text { get; set; } private class HiddenAttribute : ValidationAttribute; }")]
    [InlineData("public class In { [Typed(typeof(Inner))] public string? Text { get; set; } private class Inner; } public class TypedAttribute(Type t) : ValidationAttribute;")]
    [InlineData("public class In { [Required] private string? Text { get; set; } }")]
    [InlineData("public record In([property: System.Text.Json.Serialization.JsonIgnore] string Text);")]
    public void What_the_class_cannot_write_or_means_nothing_here_is_left_out(string type) => Assert.True(Input(type).Sound().Validation.IsEmpty);

    private static WorkflowParse Input(string type) => Parsed.Flow($$"""
        using System.ComponentModel.DataAnnotations;
        namespace Acme;
        {{type}}
        [Workflow("flow")] public partial class Flow : IWorkflow<In, int> { [Step] public int Ask(In i) => 1; }
        """);
}
