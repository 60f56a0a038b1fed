using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace KeyedWorkflows.Storage;

/// <summary>
/// The directory of a key ring. What Data Protection gets to see of it is decided here: a key that is not wrapped is given out only where the host allows it, so that none that is put there later is ever used. Safe for
/// use from several threads.
/// </summary>
internal sealed class KeyRingDirectory(string path)
{
    /// <summary>Where keys lie, wrapped, that were in clear text once: within the ring's directory, and no part of the ring.</summary>
    private const string FormerName = "former";

    private const string SecretName = "masterKey";

    private static readonly XName WrappedName = XNamespace.Get("http://schemas.asp.net/2015/03/dataProtection") + "encryptedSecret";

    /// <summary>What opens a wrapped key. Others, such as the one that takes a clear text for a wrapped one, do not count.</summary>
    private static readonly string[] Decryptors = [typeof(KeyEncryptionKeyDecryptor).FullName!, typeof(EncryptedXmlDecryptor).FullName!];

    /// <summary>The ring as Data Protection reads and writes it.</summary>
    /// <param name="withClearKeys">Whether keys that are not wrapped belong to it.</param>
    public IXmlRepository Repository(bool withClearKeys) => new View(this, withClearKeys);

    /// <summary>Makes the directory where it is missing, and closes it to others.</summary>
    public void Prepare() => PrivateFiles.CreateOwnDirectory(path);

    /// <summary>Whether there is a file for a key.</summary>
    public bool Holds(Guid key) => File.Exists(FileOf($"key-{key:D}"));

    /// <summary>Whether it holds a key that nothing wraps.</summary>
    public bool HoldsClearKeys => Read().Any(static one => IsClearKey(one.Content));

    /// <exception cref="InvalidOperationException">The ring holds a link, or a key that is not wrapped where each must be.</exception>
    public void Check(bool mayHoldClearKeys)
    {
        foreach (var file in Directory.EnumerateFiles(path, "*.xml"))
        {
            if (PrivateFiles.IsLink(file))
                throw new InvalidOperationException($"The key ring '{path}' holds a link, {Shown(file)}, and none is followed. Put the key's own file in its place, or, if nobody of yours made it, remove it and find out who can write to the directory.");
        }
        if (mayHoldClearKeys)
            return;
        string[] clear = [.. Read().Where(one => IsClearKey(one.Content)).Select(one => Shown(one.File))];
        if (clear.Length == 0)
            return;
        throw new InvalidOperationException(
            $"The key ring '{path}' holds keys in clear text: {string.Join(", ", clear)}. Who has a copy of them opens what they protect. If the ring was made by a host that wrapped it by nothing: set "
            + $"{nameof(StorageOptions.KeyEncryptionKeyFile)} or {nameof(StorageOptions.KeyRingCertificate)} and start once with {nameof(StorageOptions.AllowUnprotectedKeyRing)}, call "
            + $"{nameof(ProfileAdministration)}.{nameof(ProfileAdministration.ReEncryptAsync)}, which brings everything under a new, wrapped key and the clear keys out of the ring, and start without it again. "
            + "If nobody of yours put them there: remove them, and find out who can write to the directory.");
    }

    /// <summary>
    /// Takes the keys that are not wrapped out of the ring: what they protect is opened no more, as it may have been made by whoever copied them. They are kept, wrapped and expired, for backups that need them.
    /// </summary>
    /// <returns>The files that they are kept in.</returns>
    public IReadOnlyList<string> SetClearKeysAside(IXmlEncryptor encryptor)
    {
        List<string> aside = [];
        foreach (var (file, key) in Read())
        {
            if (!IsClearKey(key) || key.Descendants().FirstOrDefault(part => part.Name.LocalName == SecretName) is not { } secret)
                continue;
            var wrapped = encryptor.Encrypt(secret);
            secret.AncestorsAndSelf().Last(part => part == secret || part.Name == WrappedName)
                .ReplaceWith(new XElement(WrappedName, new XAttribute("decryptorType", wrapped.DecryptorType.AssemblyQualifiedName!), wrapped.EncryptedElement));
            key.SetElementValue("expirationDate", DateTimeOffset.UtcNow);
            var former = Path.Combine(path, FormerName);
            PrivateFiles.CreateOwnDirectory(former);
            var kept = Path.Combine(former, Path.GetFileName(file));
            PrivateFiles.Write(kept, key.Save);
            File.Delete(file);
            aside.Add(kept);
        }
        return aside;
    }

    /// <summary>A key is wrapped when what opens it is known to decrypt, and its secret does not stand beside that. Whatever else calls itself a key counts as clear.</summary>
    private static bool IsClearKey(XElement element)
    {
        if (element.Name.LocalName != "key")
            return false;
        XElement[] wrapped = [.. element.Descendants(WrappedName)];
        return wrapped.Length == 0
            || element.Descendants().Any(part => part.Name.LocalName == SecretName)
            || !wrapped.All(part => Decryptors.Contains(((string?)part.Attribute("decryptorType"))?.Split(',')[0].Trim(), StringComparer.Ordinal));
    }

    /// <summary>What calls itself something that a terminal or a log could take amiss is not repeated.</summary>
    private static string Shown(string file)
    {
        var name = Path.GetFileName(file);
        return name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? name : "a file of another name";
    }

    private string FileOf(string name) => Path.Combine(path, name + ".xml");

    private IEnumerable<(string File, XElement Content)> Read()
    {
        if (!Directory.Exists(path))
            yield break;
        foreach (var file in Directory.EnumerateFiles(path, "*.xml"))
        {
            if (!PrivateFiles.IsLink(file) && Load(file) is { } content)
                yield return (file, content);
        }
    }

    /// <returns>Null where there is no key to be had: what it protects is told to be unreadable, and all else goes on.</returns>
    private static XElement? Load(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return XElement.Load(reader);
        }
        catch (Exception error) when (error is XmlException or FileNotFoundException)
        {
            return null;
        }
    }

    private sealed class View(KeyRingDirectory directory, bool withClearKeys) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements() => [.. directory.Read().Select(one => one.Content).Where(content => withClearKeys || !IsClearKey(content))];

        public void StoreElement(XElement element, string friendlyName) => PrivateFiles.Write(directory.FileOf(friendlyName), element.Save);
    }
}
