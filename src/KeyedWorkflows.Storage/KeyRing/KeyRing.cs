using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

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

    private readonly StorageOptions options;
    private readonly KeyRingDirectory? directory;
    private readonly bool mayHoldClearKeys;
    private readonly KeyEncryptionKeys? unwrapping;
    private readonly IXmlEncryptor? wrapping;
    private readonly MemoryXmlRepository memory = new();
    private readonly Lock gate = new();
    private readonly HashSet<Guid> lookedFor = [];
    private volatile Loaded current;

    /// <exception cref="InvalidOperationException">What wraps the ring cannot be read, or the ring holds a key that is not wrapped where each must be.</exception>
    public KeyRing(StorageOptions options, StorageLayout layout)
    {
        this.options = options;
        mayHoldClearKeys = layout.MayBeUnprotected;
        if (options.KeyEncryptionKeyFile is { } file)
        {
            unwrapping = KeyEncryptionKeys.Read([file, .. options.FormerKeyEncryptionKeyFiles], layout.IsDevelopment);
            wrapping = new KeyEncryptionKeyEncryptor(unwrapping);
        }
        else
        {
            if (options.FormerKeyEncryptionKeyFiles.Count > 0)
                unwrapping = KeyEncryptionKeys.Read(options.FormerKeyEncryptionKeyFiles, layout.IsDevelopment);
            if (options.KeyRingCertificate is { } certificate)
                wrapping = new CertificateXmlEncryptor(certificate, NullLoggerFactory.Instance);
        }
        if (layout.KeyRing is { } path)
        {
            directory = new KeyRingDirectory(path);
            directory.Prepare();
            directory.Check(mayHoldClearKeys);
        }
        current = Load();
    }

    public byte[] Protect(byte[] text, params string[] purposes) => current.Protecting.CreateProtector(purposes).Protect(text);

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
            text = current.Opening.CreateProtector(purposes).Unprotect(payload);
            return null;
        }
        catch (CryptographicException)
        {
            if (!ReadAgainFor(keyId))
                return FaultOf(keyId);
        }
        try
        {
            text = current.Opening.CreateProtector(purposes).Unprotect(payload);
            return null;
        }
        catch (CryptographicException)
        {
            return FaultOf(keyId);
        }
    }

    /// <summary>Whether it has the key that a text is protected by, as far as that can be used. Nothing is made for the answer.</summary>
    public bool Has(byte[] payload) => payload.Length >= HeaderLength && IsUsable(new Guid(payload.AsSpan(sizeof(uint), 16)));

    /// <summary>Whether something wraps it, and it holds keys that nothing wraps: those of a host that cannot read what is wrapped.</summary>
    public bool IsOfUnprotectedHost => wrapping is not null && directory?.HoldsClearKeys == true;

    /// <summary>Makes a new key, under what wraps the ring now, and protects with it from here on.</summary>
    public void Renew()
    {
        var now = DateTimeOffset.UtcNow;
        current.Keys.CreateNewKey(now, now + KeyLifetime);
        Reload();
    }

    /// <summary>
    /// Takes keys that are not wrapped out of the ring, where it may hold such and something wraps it. Call it when nothing that is needed is protected by them. Elsewhere they are left for the next start to refuse: nobody
    /// of this host's made them.
    /// </summary>
    /// <returns>The files that they are kept in, wrapped.</returns>
    public IReadOnlyList<string> SetClearKeysAside()
    {
        if (directory is null || wrapping is null || !mayHoldClearKeys)
            return [];
        var aside = directory.SetClearKeysAside(wrapping);
        if (aside.Count > 0)
            Reload();
        return aside;
    }

    public void Dispose() => current.Dispose();

    /// <summary>Another process may have made a key, which Data Protection itself would look for after a day only.</summary>
    private bool ReadAgainFor(Guid keyId)
    {
        if (directory is null || !directory.Holds(keyId))
            return false;
        lock (gate)
        {
            if (lookedFor.Add(keyId))
                current = Load();
            return true;
        }
    }

    /// <summary>A key that is there and can be used protected something else: the text was altered or moved. Without it, nothing can be told.</summary>
    private KeyRingFault FaultOf(Guid keyId) => IsUsable(keyId) ? KeyRingFault.Tampered : KeyRingFault.Lost;

    private bool IsUsable(Guid keyId)
    {
        try
        {
            return current.Keys.GetAllKeys().Any(key => key.KeyId == keyId && !key.IsRevoked && key.CreateEncryptor() is not null);
        }
        catch (Exception)
        {
            return false;
        }
    }

    private void Reload()
    {
        lock (gate)
            current = Load();
    }

    private Loaded Load()
    {
        var all = Services(withClearKeys: mayHoldClearKeys);

        // A key in clear text opens what it protected before. Where there is something to wrap by, it protects nothing more.
        return new Loaded(all, directory is not null && mayHoldClearKeys && wrapping is not null ? Services(withClearKeys: false) : all);
    }

    private ServiceProvider Services(bool withClearKeys)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        var protection = services.AddDataProtection().SetApplicationName(ApplicationName).SetDefaultKeyLifetime(KeyLifetime);
        services.Configure<KeyManagementOptions>(management =>
        {
            management.XmlRepository = directory is null ? memory : directory.Repository(withClearKeys);
            management.XmlEncryptor = wrapping;
        });
        if (unwrapping is not null)
            services.AddSingleton(unwrapping);
        protection.UnprotectKeysWithAnyCertificate([.. options.FormerKeyRingCertificates, .. options.KeyRingCertificate is { } own ? [own] : Array.Empty<X509Certificate2>()]);
        return services.BuildServiceProvider();
    }

    /// <summary>The ring as it was read. What opens and what protects are one, unless the ring holds keys that only open.</summary>
    private sealed class Loaded(ServiceProvider opening, ServiceProvider protecting) : IDisposable
    {
        public IDataProtectionProvider Opening { get; } = opening.GetRequiredService<IDataProtectionProvider>();

        public IDataProtectionProvider Protecting { get; } = protecting.GetRequiredService<IDataProtectionProvider>();

        public IKeyManager Keys { get; } = opening.GetRequiredService<IKeyManager>();

        public void Dispose()
        {
            opening.Dispose();
            protecting.Dispose();
        }
    }
}
