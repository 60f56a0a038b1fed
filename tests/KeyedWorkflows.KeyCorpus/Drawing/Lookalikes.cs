using System.Globalization;

namespace KeyedWorkflows.KeyCorpus.Drawing;

/// <summary>Values that stand where a key could, and are none.</summary>
internal static class Lookalikes
{
    private static readonly Pool placeholders = new(
        "YOUR_API_KEY your-api-key <your-key> <api-key> changeme *** xxx dummy placeholder your_key_here REPLACE_ME [your-key] TODO insert-your-key-here xxxxxxxxxxxxxxxxxxxx <YOUR_KEY_HERE> secret password ... YOUR_{P}_API_KEY your-{p}-api-key <your-{p}-key> {x} {P}_KEY_GOES_HERE",
        "my-api-key MY_KEY PUT_YOUR_KEY_HERE <key> <<apikey>> change-me-please ****** XXXXX-XXXXX-XXXXX enter-key-here replace-this-value <insert_api_key> your_openai_api_key_here tbd n/a none null abc123 key1 ----- <<{p}-key>> {P}_API_KEY_HERE add-your-{p}-key-here my-{p}-key {x} [{P}_KEY] enter_your_{p}_token",
        "api-key apikey <API_KEY> your-secret-key XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX");

    private static readonly Pool prefixed = new(
        "sk-... sk-xxxx sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx sk-your-key-here sk-proj-... sk-ant-... sk-ant-api03-xxxx gsk_... hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx AIzaSyXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX sk-your-openai-key sk-REPLACE_ME sk-************************ sk-proj-your-api-key-goes-here xai-... pplx-xxxxxxxxxxxx sk-{x} hf_{x} sk-proj-{x} gsk_{x} sk-{p}-key-here sk-ant-api03-{x}",
        "sk-<your-key> sk-00000000000000000000000000000000 sk-ant-your-key sk-ant-api03-XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX nvapi-your-key-here r8_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx sk-or-v1-... AIza... AKIAXXXXXXXXXXXXXXXX sk-lf-... lsv2_pt_your_key sk-insert-key-here sk-abc... gsk_your_groq_key tgp_v1_... dapiXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX pcsk_xxxxx_xxxxxxxxxxxxxxxx sk-secret sk-{x} sk-ant-api03-{x} sk-proj-{x} xai-{x} sk-your-{p}-key sk-ant-...{n}{n}AA gsk_{x}",
        "sk-key sk-XXXXXXXXXXXXXXXXXXXX");

    private static readonly Pool fakes = new(
        "test-key sk-test-not-a-real-key fake-api-key dummy-token test-secret not-a-key sk-fake fake-key-for-tests unit-test-api-key sk-test example-key sk-this-is-not-a-real-key sk-dummy-key-for-unit-tests fake-openai-key integration-test-token sk-example test-{p}-key fake-{w}-key-{n} sk-test-{w} unit-test-{w}-token {w}-test-secret not-a-real-{p}-key",
        "mock-api-key stub-key sk-mock sk-for-testing-only test_api_key_1 sample-key just-a-test sk-notreal demo-key demo-token-for-docs sk-unit-test-key-0001 invalid-key wrong-key bad-api-key sk-invalid expired-token some-secret noop-key sk-ant-test-fake mock-{p}-key stub-{w}-token sk-fake-{w}-{n} dummy-{w}-secret-for-tests example-{p}-api-key key-for-{w}-tests",
        "fake-key test key-of-client-a key-a");

    private static readonly Pool passwords = new(
        "password changeme your_password <password> *** secret postgres guest xxxx ******** YourPassword {password} pass",
        "<your-password> CHANGE_ME [password] my_password example test root admin (secret) ${DB_PASSWORD} %PASSWORD% {{password}} $(SqlPassword)",
        "YOUR_PASSWORD <pwd> placeholder");

    private static readonly Pool prefixWords = new(
        "task-{w}-processing-high-priority-queue risk-assessment-{w}-quarterly-summary-report disk-encryption-set-{w}-westeurope-production desk-reservation-{w}-confirmation-mail flask-{w}-application-server-deployment task-runner-{w}",
        "ask-the-expert-{w}-session-recording-archive mask-{w}-generation-pipeline-checkpoint husk-removal-{w}-machine-maintenance-manual kiosk-display-{w}-landing-page-background tusk-{w}-conservation-project task-0{n}-{w}-migrate-legacy-records",
        "sk-{w}-button-primary-large-rounded asterisk-{w}-dialplan-extension-configuration brisk-{w}-walk-training-schedule-template sk-fading-circle sk-SK");

    private static readonly Pool sequences = new(
        "1234567890 0123456789abcdef0123456789abcdef abcdefghijklmnopqrstuvwxyz123456 sk-1234567890abcdef1234567890abcdef aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa sk-abcdefghijklmnopqrstuvwxyz0123456789 sk-proj-abc123 00000000000000000000000000000000",
        "123456789 abcd1234abcd1234abcd1234abcd1234 sk-abc123def456ghi789 11111111111111111111111111111111 deadbeefdeadbeefdeadbeefdeadbeef sk-123456 0123456789ABCDEF0123456789ABCDEF qwertyuiopasdfghjklzxcvbnm sk-ant-api03-abcdefghijklmnopqrstuvwxyz",
        "00000000-0000-0000-0000-000000000000 ABCDEFGHIJKLMNOPQRSTUVWXYZ123456 sk-12345");

    private static readonly string[] alphabets =
    [
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "abcdefghijklmnopqrstuvwxyz0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", "0123456789abcdef", "0123456789ABCDEF", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
        "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!@#$%^&*",
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "qwertyuiopasdfghjklzxcvbnm1234567890", "ybndrfg8ejkmcpqxot1uwisza345h769",
    ];

    public static string Of(string name, Draw d)
    {
        var value = Pattern(name, d);
        return value.Contains('{', StringComparison.Ordinal) ? Fill(value, d) : value;
    }

    private static string Fill(string value, Draw d)
    {
        var provider = d.Of("OpenAI", "Anthropic", "Azure", "Mistral", "Gemini", "Groq");
        return value.Replace("{p}", provider.ToLowerInvariant(), StringComparison.Ordinal)
            .Replace("{P}", provider.ToUpperInvariant(), StringComparison.Ordinal)
            .Replace("{w}", d.Of(Words.Nouns).ToLowerInvariant(), StringComparison.Ordinal)
            .Replace("{n}", d.Next(10).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{x}", new string(d.Of(new[] { 'x', 'X', '*', '0', '.' }), d.Between(4, 48)), StringComparison.Ordinal);
    }

    private static string Pattern(string name, Draw d) => name switch
    {
        "sequence" => d.Of(sequences),
        "secret-hash" => d.Of("$2a$11$" + d.Text(Draw.Alphanumeric + "./", 53), d.Hex(64), "AQAAAAIAAYagAAAAE" + d.Base64(45), "$argon2id$v=19$m=65536,t=3,p=4$" + d.Text(Draw.Alphanumeric, 22) + "$" + d.Text(Draw.Alphanumeric, 43), "sha256:" + d.Hex(64), d.Base64(32)),
        "placeholder" => d.Of(placeholders),
        "prefixed-placeholder" => d.Of(prefixed),
        "fake" => d.Of(fakes),
        "password-placeholder" => d.Of(passwords),
        "prefix-word" => d.Of(prefixWords),
        "alphabet" => d.Of(alphabets),
        "hash" => d.Of(d.Hex(32), d.Hex(40), d.Hex(64), d.Hex(128), d.Hex(40).ToUpperInvariant(), d.Hex(64).ToUpperInvariant()),
        "integrity" => d.Of("sha256-" + d.Base64(32), "sha384-" + d.Base64(48), "sha512-" + d.Base64(64)),
        "object-id" => ObjectId(d),
        "other-id" => OtherId(d),
        "neutral-random" => d.Of(d.Hex(32), d.Base64(24), d.Text(Draw.Alphanumeric, 32), d.Text(Draw.Word, 21), d.Base64(16), d.Hex(16)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No values of that name."),
    };

    private static string ObjectId(Draw d)
    {
        var short24 = d.Text(Draw.Alphanumeric, 24);
        return d.Flavour == Flavour.Exam && d.Chance(60)
            ? d.Of("resp_" + d.Hex(48), "rs_" + d.Hex(48), "fc_" + d.Hex(48), "ws_" + d.Hex(48), "batch_" + d.Hex(32), "ftjob-" + short24, "vsfs_" + d.Hex(24), "toolu_bdrk_01" + d.Text(Draw.Alphanumeric, 22), "gen-" + d.Text(Draw.Digits, 10) + "-" + d.Text(Draw.Alphanumeric, 20), "evt_" + short24, "cus_" + d.Text(Draw.Alphanumeric, 14), "user-" + short24, "fp_" + d.Hex(10), "srvtoolu_01" + d.Text(Draw.Alphanumeric, 22), "key_" + d.Text(Draw.Digits, 6))
            : d.Of("call_" + short24, "asst_" + short24, "chatcmpl-" + d.Text(Draw.Alphanumeric, 29), "thread_" + short24, "run_" + short24, "msg_" + short24, "file-" + short24, "req_" + d.Hex(32), "resp_" + d.Hex(48), "toolu_01" + d.Text(Draw.Alphanumeric, 22), "org-" + short24, "proj_" + short24, "vs_" + short24, "step_" + short24, "msg_01" + d.Text(Draw.Alphanumeric, 22), "req_01" + d.Text(Draw.Alphanumeric, 22), "ft:gpt-4o-mini-2024-07-18:acme::" + d.Text(Draw.Alphanumeric, 8), "chatcmpl-" + d.Hex(32), "cmpl-" + d.Text(Draw.Alphanumeric, 29));
    }

    private static string OtherId(Draw d) => d.Of(
        "019" + d.Hex(5) + "-" + d.Hex(4) + "-7" + d.Hex(3) + "-a" + d.Hex(3) + "-" + d.Hex(12),
        "01" + d.Text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24),
        d.Text(Draw.Word, 21),
        "2" + d.Text(Draw.Alphanumeric, 26),
        d.Hex(24),
        "c" + d.Text(Draw.Lower + Draw.Digits, 24),
        d.Text(Draw.Digits, 19),
        "job-" + d.Guid(),
        d.Guid("N"));
}
