namespace KeyedWorkflows.Generators.Tests.Analyzers;

/// <summary>KW2003's fix.</summary>
public sealed class ShowSecretFixTests
{
    [Theory]
    [InlineData("Console.WriteLine($\"key {secret.Reveal()}\");", "Console.WriteLine($\"key {secret}\");")]
    [InlineData("Console.WriteLine(\"key \" + secret.Reveal());", "Console.WriteLine(\"key \" + secret);")]
    [InlineData("Console.WriteLine(1 + secret.Reveal());", "Console.WriteLine(1 + secret.ToString());")]
    [InlineData("Console.WriteLine(\"{0}\", secret.Reveal());", "Console.WriteLine(\"{0}\", secret);")]
    [InlineData("Console.WriteLine(maybe?.Reveal());", "Console.WriteLine(maybe?.ToString());")]
    [InlineData("Console.WriteLine($\"{maybe!.Reveal()}\");", "Console.WriteLine($\"{maybe}\");")]
    [InlineData("Console.WriteLine(secret.Reveal());", "Console.WriteLine(secret.ToString());")]
    [InlineData("Console.WriteLine(secret.Reveal().Trim());", "Console.WriteLine(secret.ToString().Trim());")]
    [InlineData("throw new InvalidOperationException(secret.Reveal());", "throw new InvalidOperationException(secret.ToString());")]
    [InlineData("Console.WriteLine($\"{secret.Reveal()} {maybe?.Reveal()}\");", "Console.WriteLine($\"{secret} {maybe}\");")]
    [InlineData("log.LogInformation(\"{Key}\", secret.Reveal());", "log.LogInformation(\"{Key}\", secret);")]
    public Task The_mark_is_shown(string code, string after) => Fixing.ExpectAsync("KW2003", Host(code), Host(after));

    [Theory]
    [InlineData("var key = secret.Reveal(); Console.WriteLine(key);")]
    [InlineData("Console.WriteLine(Key(secret)); static string Key(Secret one) => one.Reveal();")]
    public async Task What_is_revealed_elsewhere_is_the_authors(string code) => Assert.Empty(await Fixing.TitlesAsync("KW2003", Host(code)));

    [Fact]
    public Task All_at_once() => Fixing.ExpectAllAsync(
        "KW2003",
        Host("Console.WriteLine($\"{secret.Reveal()}\"); Console.Error.WriteLine(\"x\" + secret.Reveal());"),
        Host("Console.WriteLine($\"{secret}\"); Console.Error.WriteLine(\"x\" + secret);"));

    private static string Host(string code) => $$"""
        using Microsoft.Extensions.Logging;

        public sealed class Host(ILogger log)
        {
            public void Say(Secret secret, Secret? maybe)
            {
                {{code}}
            }

            public override string ToString() => log.ToString()!;
        }

        """;
}
