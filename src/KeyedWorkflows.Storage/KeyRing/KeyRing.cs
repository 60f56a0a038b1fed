using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Storage;

/// <summary>
/// The Data Protection keys of the store, apart from those of the host: what the host sets for its own cookies and tokens changes nothing here. Safe for use from several threads.
/// </summary>
internal sealed class KeyRing : IDisposable
{
    /// <summary>One name for server and command line: without it the ring is bound to where the program lies.</summary>
    public const string ApplicationName = "KeyedWorkflows";

    /// <summary>What each protected text begins with, before the id of its key.</summary>
    private const uint Magic = 0x09F0C9F0;

    private const int HeaderLength = sizeof(uint) + 16;

    private static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(90);

    private readonly ProfileStorageOptions options;
    private readonly string? directory;
    private readonly KeyEncryptionKeys? wrapping;
    private readonly MemoryXmlRepository memory = new();
    private readonly Lock gate = new();
    private readonly HashSet<Guid> lookedFor = [];
    private volatile Loaded current;

    /// <exception cref="InvalidOperationException">What wraps the ring cannot be read.</exception>
    public KeyRing(ProfileStorageOptions options, string? directory)
    {
        this.options = options;
        this.directory = directory;
        if (options.KeyEncryptionKeyFile is { } file)
            wrapping = KeyEncryptionKeys.Read([file, .. options.FormerKeyEncryptionKeyFiles]);
        else if (options.FormerKeyEncryptionKeyFiles.Count > 0)
            wrapping = KeyEncryptionKeys.Read(options.FormerKeyEncryptionKeyFiles);
        if (directory is not null)
            PrivateFiles.CreateOwnDirectory(directory);
        current = Load();
    }

    public byte[] Protect(byte[] text, params string[] purposes) => current.Protection.CreateProtector(purposes).Protect(text);

    /// <summary>Opens a protected text.</summary>
    /// <returns>What went wrong; null where <paramref name="text"/> was set.</returns>
    public KeyRingFault? Unprotect(byte[] payload, out byte[] text, params string[] purposes)
    {
        text = [];
        if (payload.Length < HeaderLength || BinaryPrimitives.ReadUInt32BigEndian(payload) != Magic)
            return KeyRingFault.Tampered;
        var keyId = new Guid(payload.AsSpan(sizeof(uint), 16));
        try
        {
            text = current.Protection.CreateProtector(purposes).Unprotect(payload);
            return null;
        }
        catch (CryptographicException)
        {
            if (!ReadAgainFor(keyId))
                return FaultOf(keyId);
        }
        try
        {
            text = current.Protection.CreateProtector(purposes).Unprotect(payload);
            return null;
        }
        catch (CryptographicException)
        {
            return FaultOf(keyId);
        }
    }

    /// <summary>Makes a new key, under what wraps the ring now, and protects with it from here on.</summary>
    public void Renew()
    {
        var now = DateTimeOffset.UtcNow;
        current.Keys.CreateNewKey(now, now + KeyLifetime);
        lock (gate)
            current = Load();
    }

    public void Dispose() => current.Dispose();

    /// <summary>Another process may have made a key, which Data Protection itself would look for after a day only.</summary>
    private bool ReadAgainFor(Guid keyId)
    {
        if (directory is null || !File.Exists(Path.Combine(directory, $"key-{keyId:D}.xml")))
            return false;
        lock (gate)
        {
            if (lookedFor.Add(keyId))
                current = Load();
            return true;
        }
    }

    /// <summary>A key that is there and can be used protected something else: the text was altered or moved. Without it, nothing can be told.</summary>
    private KeyRingFault FaultOf(Guid keyId)
    {
        try
        {
            return current.Keys.GetAllKeys().Any(key => key.KeyId == keyId && !key.IsRevoked && key.CreateEncryptor() is not null) ? KeyRingFault.Tampered : KeyRingFault.Lost;
        }
        catch (Exception)
        {
            return KeyRingFault.Lost;
        }
    }

    private Loaded Load()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        var protection = services.AddDataProtection().SetApplicationName(ApplicationName).SetDefaultKeyLifetime(KeyLifetime);
        if (directory is null)
            services.Configure<KeyManagementOptions>(management => management.XmlRepository = memory);
        else
            protection.PersistKeysToFileSystem(new DirectoryInfo(directory));
        if (wrapping is not null)
            services.AddSingleton(wrapping);
        if (options.KeyEncryptionKeyFile is not null)
            services.Configure<KeyManagementOptions>(management => management.XmlEncryptor = new KeyEncryptionKeyEncryptor(wrapping!));
        else if (options.KeyRingCertificate is { } certificate)
            protection.ProtectKeysWithCertificate(certificate);
        protection.UnprotectKeysWithAnyCertificate([.. options.FormerKeyRingCertificates, .. options.KeyRingCertificate is { } own ? [own] : Array.Empty<System.Security.Cryptography.X509Certificates.X509Certificate2>()]);
        return new Loaded(services.BuildServiceProvider());
    }

    private sealed class Loaded(ServiceProvider services) : IDisposable
    {
        public IDataProtectionProvider Protection { get; } = services.GetRequiredService<IDataProtectionProvider>();

        public IKeyManager Keys { get; } = services.GetRequiredService<IKeyManager>();

        public void Dispose() => services.Dispose();
    }
}
