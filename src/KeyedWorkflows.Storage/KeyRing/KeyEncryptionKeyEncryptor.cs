using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace KeyedWorkflows.Storage;

/// <summary>Wraps a key of the ring before it is written.</summary>
internal sealed class KeyEncryptionKeyEncryptor(KeyEncryptionKeys keys) : IXmlEncryptor
{
    internal const string ElementName = "keyEncryptionKey";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(
        new XElement(ElementName, Convert.ToBase64String(keys.Wrap(Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting))))),
        typeof(KeyEncryptionKeyDecryptor));
}
