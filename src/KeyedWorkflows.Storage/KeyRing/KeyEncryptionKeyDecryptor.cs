using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Storage;

/// <summary>Unwraps a key of the ring. Data Protection makes it by the name that stands in the ring.</summary>
internal sealed class KeyEncryptionKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    private readonly KeyEncryptionKeys keys = services.GetRequiredService<KeyEncryptionKeys>();

    public XElement Decrypt(XElement encryptedElement) => XElement.Parse(Encoding.UTF8.GetString(keys.Unwrap(Convert.FromBase64String(encryptedElement.Value))));
}
