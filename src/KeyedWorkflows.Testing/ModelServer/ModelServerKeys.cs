using System.Collections.Concurrent;

namespace KeyedWorkflows.Testing;

/// <summary>The keys that a <see cref="ModelServer"/> accepts. Safe to change while it serves: the next request sees the change.</summary>
public sealed class ModelServerKeys
{
    private readonly ConcurrentDictionary<string, KeyAccount> _accounts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, KeyAccount>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    internal ModelServerKeys() => _bySpan = _accounts.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Accepts a key from now on.</summary>
    /// <param name="key">The key as a client sends it.</param>
    /// <exception cref="ArgumentException">The key is empty, or begins or ends with white space, which HTTP would drop.</exception>
    public void Add(string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        if (key.AsSpan().Trim().Length != key.Length)
            throw new ArgumentException("The key begins or ends with white space, which does not survive an HTTP header.", nameof(key));
        Account(key).Accepted = true;
    }

    /// <summary>Refuses a key from now on. What was counted for it stays.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Whether it was accepted before.</returns>
    public bool Remove(string key)
    {
        if (!_accounts.TryGetValue(key, out var account) || !account.Accepted)
            return false;
        account.Accepted = false;
        return true;
    }

    /// <summary>Whether a key is accepted now.</summary>
    /// <param name="key">The key.</param>
    public bool Contains(string key) => _accounts.TryGetValue(key, out var account) && account.Accepted;

    internal IEnumerable<KeyAccount> Accounts => _accounts.Values;

    internal KeyAccount? Find(string key) => _accounts.GetValueOrDefault(key);

    internal KeyAccount Account(ReadOnlySpan<char> key) =>
        _bySpan.TryGetValue(key, out var account) ? account : Account(key.ToString());

    private KeyAccount Account(string key) => _accounts.GetOrAdd(key, static k => new KeyAccount(k));
}
