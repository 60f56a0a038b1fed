using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>A key in clear text, made by somebody who can write to a ring's directory: it would be the one to protect with, if it were taken.</summary>
internal sealed class PlantedKey : IDisposable
{
    private static readonly XNamespace Space = "http://schemas.asp.net/2015/03/dataProtection";

    private readonly string directory = Directory.CreateTempSubdirectory("kw-planted-").FullName;
    private readonly ServiceProvider services;

    public PlantedKey()
    {
        var all = new ServiceCollection();
        all.AddLogging();
        all.AddDataProtection().SetApplicationName(KeyRing.ApplicationName).PersistKeysToFileSystem(new DirectoryInfo(directory));
        services = all.BuildServiceProvider();

        // Of those that may be used already, Data Protection prefers the newest, and it grants five minutes to clocks that differ.
        var now = DateTimeOffset.UtcNow;
        Id = services.GetRequiredService<IKeyManager>().CreateNewKey(now.AddMinutes(4), now.AddDays(90)).KeyId;
    }

    public Guid Id { get; }

    /// <summary>Puts the key into a ring.</summary>
    /// <param name="ring">The ring's directory.</param>
    /// <param name="disguise">What it is passed off as.</param>
    /// <returns>The file.</returns>
    public string PutInto(string ring, string disguise)
    {
        var file = Path.Combine(ring, $"key-{Id:D}.xml");
        var key = XElement.Load(Path.Combine(directory, Path.GetFileName(file)));
        var secret = key.Descendants("masterKey").Single();
        switch (disguise)
        {
            case "none":
                break;
            case "null decryptor":
                secret.ReplaceWith(Wrapped(typeof(NullXmlDecryptor), new XElement("unencryptedKey", secret)));
                break;
            case "certificate without encryption":
                secret.ReplaceWith(Wrapped(typeof(EncryptedXmlDecryptor), secret));
                break;
            case "decoy":
                secret.AddAfterSelf(Wrapped(typeof(KeyEncryptionKeyDecryptor), new XElement("keyEncryptionKey", "AAAA")));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(disguise));
        }
        key.Save(file);
        return file;
    }

    /// <summary>Protects as the store does.</summary>
    public byte[] Protect(StoredProfile profile) => services.GetRequiredService<IDataProtectionProvider>().CreateProtector(["KeyedWorkflows.Profile.v1", profile.Id]).Protect(ProfilePayload.Write(profile));

    public void Dispose()
    {
        services.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static XElement Wrapped(Type decryptor, XElement content) => new(Space + "encryptedSecret", new XAttribute("decryptorType", decryptor.AssemblyQualifiedName!), content);
}
