namespace KeyedWorkflows.Cli.Stores;

/// <summary>The store's sentences name options of code: at a command line they are called otherwise. What asks for several options is one phrase here, so that a sentence stays one.</summary>
internal static class StoreWords
{
    private static readonly (string Theirs, string Ours)[] Words =
    [
        ("Set StorageOptions.KeyEncryptionKeyFile, a file that `openssl rand -base64 32` makes, or KeyRingCertificate; in the environment Development neither is needed.",
            $"Name a file that `openssl rand -base64 32` makes with --ring-key-file, or in the variable {StoreSettings.RingKeyVariable}; in the environment Development (DOTNET_ENVIRONMENT) none is needed."),
        ("set KeyEncryptionKeyFile or KeyRingCertificate and start once with AllowUnprotectedKeyRing, call ProfileAdministration.ReEncryptAsync, which brings everything under a new, wrapped key and the clear keys out of the ring, and start without it again.",
            "name the file that is to wrap it with --ring-key-file and call once with --allow-unprotected-ring: workflows profiles re-encrypt, which brings everything under a new, wrapped key and the clear keys out of the ring; and call without that option again."),
        ("SecretReferenceOptions.FileDirectory", "--key-directory"),
        ("StorageOptions.", ""),
        ("FormerKeyEncryptionKeyFiles", "--former-ring-key-file"),
        ("KeyEncryptionKeyFile", "--ring-key-file"),
        ("KeyRingPath", "--ring"),
        ("AllowUnprotectedKeyRing", "--allow-unprotected-ring"),
    ];

    public static string Of(string sentence)
    {
        foreach (var (theirs, ours) in Words)
            sentence = sentence.Replace(theirs, ours, StringComparison.Ordinal);
        return sentence;
    }
}
