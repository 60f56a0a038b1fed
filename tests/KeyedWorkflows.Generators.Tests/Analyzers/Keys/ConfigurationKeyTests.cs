namespace KeyedWorkflows.Generators.Tests.Analyzers.Keys;

/// <summary>KW2002: keys in configuration files, each at its line.</summary>
public sealed class ConfigurationKeyTests
{
    private readonly DrawnKeys keys = new(1128);

    [Fact]
    public async Task Of_settings_in_json_the_key_itself_is_reported()
    {
        var messages = await ExpectAsync("appsettings.json", $$"""
            {
              // Comments and trailing commas are fine.
              "KeyedWorkflows": {
                "Profiles": {
                  "acme": { "Provider": "openai", "ApiKey": "{|KW2002:{{keys.Of("OpenAI project")}}|}" },
                  "birch": { "Provider": "mistral", "ApiKey": "{|KW2002:{{keys.Random(32)}}|}", },
                  "cedar": { "Provider": "mistral", "ApiKey": "" },
                },
              },
              "ConnectionStrings": { "Main": "Server=db;Password={|KW2002:{{keys.Random(24)}}|};Timeout=3" },
              "Mistral": { "Key": "{|KW2002:{{keys.Hex(32)}}|}", "RequestId": "{{keys.Hex(32)}}" },
              "Tokens": ["{|KW2002:{{keys.Random()}}|}"],
              "Rows": [{ "Name": "ApiKey", "Value": "{|KW2002:{{keys.Random()}}|}" }, { "Name": "Etag", "Value": "{{keys.Random()}}" }],
              "Clients": { "{|KW2002:{{keys.Of("Groq")}}|}": "acme" }
            }
            """);

        Assert.Contains("in `KeyedWorkflows:Profiles:acme:ApiKey`", messages[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".env")]
    [InlineData("local.env")]
    [InlineData(".env.production")]
    public async Task Of_an_environment_file(string file) => await ExpectAsync(file, $$"""
        # OPENAI_API_KEY={{keys.Random()}}
        OPENAI_API_KEY={|KW2002:{{keys.Of("OpenAI legacy")}}|}
        export MISTRAL_API_KEY="{|KW2002:{{keys.Random(32)}}|}"
        SECRET='{|KW2002:{{keys.Random(32)}}|}' # of the old account
        COMMIT_SHA={{keys.Hex(40)}}
        ANTHROPIC_API_KEY=
        GROQ_API_KEY=${GROQ_API_KEY}
        COHERE_API_KEY=your-key-here
        """);

    [Fact]
    public async Task Of_launch_settings() => await ExpectAsync("Properties/launchSettings.json", $$"""
        { "profiles": { "App": { "commandName": "Project", "environmentVariables": { "KeyedWorkflows__Profiles__acme__ApiKey": "{|KW2002:{{keys.Random()}}|}" } } } }
        """);

    [Fact]
    public async Task Of_xml_attributes_and_elements() => await ExpectAsync("App.config", $$"""
        <configuration>
          <add key="apiKey" value="{|KW2002:{{keys.Of("Anthropic")}}|}" />
          <add key="apiKey" value="{|KW2002:{{keys.Random()}}|}" />
          <add name="main" connectionString="Endpoint=https://example.org;Key={|KW2002:{{keys.Hex(32)}}|}" />
          <apiKey>{|KW2002:{{keys.Random()}}|}</apiKey>
          <settings token="{|KW2002:{{keys.Random()}}|}" id="{{keys.Random()}}" />
        </configuration>
        """);

    [Fact]
    public async Task Of_xml_in_single_quotes() => await ExpectAsync("App.config", $$"""
        <configuration>
          <add key='apiKey' value='{|KW2002:{{keys.Random()}}|}' />
          <settings token='{|KW2002:{{keys.Random()}}|}' name='it"s' />
        </configuration>
        """);

    [Fact]
    public async Task Of_a_quoted_line_of_yaml() => await ExpectAsync("docker-compose.yml", $$"""
        environment:
          - "MISTRAL_API_KEY={|KW2002:{{keys.Random(32)}}|}"
          - 'COHERE_API_KEY={|KW2002:{{keys.Random(40)}}|}'
          "DIFY_API_KEY": "{|KW2002:app-{{keys.Random(24)}}|}"
          - "NAME=acme"
        """);

    [Fact]
    public async Task A_known_format_is_found_in_a_comment_and_behind_what_cannot_be_read()
    {
        await ExpectAsync(".env", $"# OPENAI_API_KEY={{|KW2002:{keys.Of("OpenAI project")}|}}\n# OTHER_API_KEY={keys.Random()}\nOPENAI_API_KEY=\n");
        await ExpectAsync("appsettings.json", $"{{ // \"ApiKey\": \"{{|KW2002:{keys.Of("Groq")}|}}\"\n\"A\": 1 oops\n\"B\": \"{{|KW2002:{keys.Of("xAI")}|}}\" }}");
    }

    [Fact]
    public async Task Of_other_files_only_a_known_format_is() => await ExpectAsync("notes.txt", $$"""
        apiKey {|KW2002:{{keys.Of("Anthropic")}}|}
        apiKey {{keys.Random()}}
        """);

    [Fact]
    public async Task Broken_files_are_read_as_far_as_they_go()
    {
        await ExpectAsync("appsettings.json", $$"""{ "ApiKey": "{|KW2002:{{keys.Random()}}|}", "Other": """);
        await ExpectAsync("appsettings.json", "");
        await ExpectAsync("appsettings.json", new string('[', 5000));

        // A path that each of many values would hold again.
        await ExpectAsync("appsettings.json", $"{{ \"{new string('n', 50_000)}\": [{string.Concat(Enumerable.Repeat("1,", 100_000))}], \"ApiKey\": \"{{|KW2002:{keys.Random()}|}}\" }}");
    }

    private static Task<IReadOnlyList<string>> ExpectAsync(string file, string marked) => Analysis.ExpectAsync("", (file, marked));
}
