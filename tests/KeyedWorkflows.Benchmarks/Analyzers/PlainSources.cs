using System.Globalization;

namespace KeyedWorkflows.Benchmarks.Analyzers;

/// <summary>Code of a business application that has nothing to do with workflows: services, readers of records, reports, rules and settings, as full of texts as such code is.</summary>
internal static class PlainSources
{
    private static readonly string[] Things = ["Order", "Invoice", "Customer", "Shipment", "Payment", "Contract", "Ticket", "Product", "Supplier", "Employee", "Booking", "Delivery", "Discount", "Warehouse", "Account"];
    private static readonly Func<string, string>[] Forms = [Service, Reader, Report, Rules, Settings];

    /// <summary>Files of one class each, until there are as many lines.</summary>
    public static IEnumerable<string> Of(int lines)
    {
        var written = 0;
        for (var i = 0; written < lines; i++)
        {
            var thing = Things[i / Forms.Length % Things.Length] + (i / Forms.Length / Things.Length).ToString(CultureInfo.InvariantCulture);
            var text = Forms[i % Forms.Length](thing);
            written += text.Count(static c => c == '\n') + 1;
            yield return text;
        }
    }

    private static string Service(string thing) => $$$"""
        using System;
        using System.Collections.Concurrent;
        using System.Collections.Generic;
        using System.Linq;
        using System.Threading;
        using System.Threading.Tasks;
        using Microsoft.Extensions.Logging;

        namespace Acme.{{{thing}}};

        public sealed record {{{thing}}}Entry(int Number, string Name, decimal Amount, DateTimeOffset Created, string? Note);

        public interface I{{{thing}}}Store
        {
            Task<IReadOnlyList<{{{thing}}}Entry>> FindAsync(string query, int take, CancellationToken cancellationToken);

            Task SaveAsync({{{thing}}}Entry entry, CancellationToken cancellationToken);
        }

        /// <summary>Finds, changes and closes entries.</summary>
        public sealed class {{{thing}}}Service(I{{{thing}}}Store store, ILogger<{{{thing}}}Service> logger)
        {
            private const string Prefix = "{{{thing}}}-";
            private const string Suffix = "/entries";
            private const string Address = "https://api.example.com/v2/" + Prefix + "archive" + Suffix;
            private static readonly string[] States = ["open", "in progress", "waiting for customer", "closed"];
            private readonly ConcurrentDictionary<int, {{{thing}}}Entry> cache = new();
            private readonly Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase)
            {
                ["Accept"] = "application/json",
                ["Content-Type"] = "application/json; charset=utf-8",
                ["X-Request-Source"] = "acme-{{{thing}}}-service",
            };

            public int Count => cache.Count;

            public async Task<{{{thing}}}Entry?> FindAsync(int number, CancellationToken cancellationToken)
            {
                if (cache.TryGetValue(number, out var known))
                    return known;
                var query = "select number, name, amount, created, note from {{{thing}}}s where number = " + number + " and state <> 'closed'";
                var found = await store.FindAsync(query, 1, cancellationToken).ConfigureAwait(false);
                if (found.Count == 0)
                {
                    logger.LogWarning("No entry with the number {Number} was found in {Address}", number, Address);
                    return null;
                }
                var entry = found[0];
                cache[entry.Number] = entry;
                logger.LogInformation($"Entry {entry.Number} of {entry.Created:yyyy-MM-dd} was read: {entry.Name}");
                return entry;
            }

            public async Task<int> CloseAsync(IEnumerable<int> numbers, string reason, CancellationToken cancellationToken)
            {
                ArgumentException.ThrowIfNullOrEmpty(reason);
                var closed = 0;
                foreach (var number in numbers.Distinct().OrderBy(n => n))
                {
                    var entry = await FindAsync(number, cancellationToken).ConfigureAwait(false);
                    if (entry is null)
                        continue;
                    if (entry.Amount < 0m)
                        throw new InvalidOperationException("The entry " + entry.Number + " has an amount of " + entry.Amount + ", which is less than nothing: correct it before it is closed.");
                    var changed = entry with { Note = $"{entry.Note}; closed because of {reason.Trim().ToUpperInvariant()} ({DateTimeOffset.UtcNow:O})" };
                    await store.SaveAsync(changed, cancellationToken).ConfigureAwait(false);
                    cache[number] = changed;
                    closed++;
                }
                return closed;
            }

            public string Describe(int number, int state)
            {
                var name = cache.TryGetValue(number, out var entry) ? entry.Name : "unknown";
                var text = state switch
                {
                    0 => "was opened and waits for somebody who takes it",
                    1 or 2 => "is being worked on by the team of " + Prefix + States[state],
                    _ when state >= States.Length => throw new ArgumentOutOfRangeException(nameof(state), state, "There is no such state."),
                    _ => "is done",
                };
                return string.Concat(name, " ", text, ".");
            }

            public IReadOnlyList<string> Headers() => [.. headers.Where(h => h.Key.StartsWith("X-", StringComparison.Ordinal)).Select(h => h.Key + ": " + h.Value)];

            public decimal Total(DateTimeOffset from, DateTimeOffset to)
            {
                var total = 0m;
                foreach (var entry in cache.Values)
                {
                    if (entry.Created >= from && entry.Created < to)
                        total += entry.Amount;
                }
                logger.LogDebug("Total from {From} to {To}: {Total}", from, to, total);
                return Math.Round(total, 2);
            }
        }
        """;

    private static string Reader(string thing) => $$$"""
        using System;
        using System.Collections.Generic;
        using System.Globalization;
        using System.IO;
        using System.Text;

        namespace Acme.{{{thing}}}.Files;

        public readonly record struct {{{thing}}}Line(string Code, int Quantity, double Price);

        /// <summary>Reads lines that are parted by semicolons, with quotes around what holds one.</summary>
        public sealed class {{{thing}}}Reader
        {
            private readonly List<string> problems = new();
            private readonly char separator;
            private int line;

            public {{{thing}}}Reader(char separator = ';') => this.separator = separator;

            public IReadOnlyList<string> Problems => problems;

            public IEnumerable<{{{thing}}}Line> Read(TextReader reader)
            {
                string? text;
                while ((text = reader.ReadLine()) != null)
                {
                    line++;
                    if (text.Length == 0 || text[0] == '#')
                        continue;
                    var fields = Split(text);
                    if (fields.Count < 3)
                    {
                        problems.Add($"Line {line}: {fields.Count} fields, and 3 are needed.");
                        continue;
                    }
                    if (!int.TryParse(fields[1], NumberStyles.Integer, CultureInfo.InvariantCulture, out var quantity))
                    {
                        problems.Add("Line " + line + ": '" + fields[1] + "' is no quantity.");
                        continue;
                    }
                    if (!double.TryParse(fields[2], NumberStyles.Float, CultureInfo.InvariantCulture, out var price) || price < 0)
                    {
                        problems.Add(string.Format(CultureInfo.InvariantCulture, "Line {0}: '{1}' is no price.", line, fields[2]));
                        continue;
                    }
                    yield return new {{{thing}}}Line(fields[0], quantity, price);
                }
            }

            private List<string> Split(string text)
            {
                var fields = new List<string>();
                var field = new StringBuilder();
                var quoted = false;
                for (var i = 0; i < text.Length; i++)
                {
                    var c = text[i];
                    if (quoted)
                    {
                        if (c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                        {
                            field.Append('"');
                            i++;
                        }
                        else if (c == '"')
                        {
                            quoted = false;
                        }
                        else
                        {
                            field.Append(c);
                        }
                    }
                    else if (c == '"')
                    {
                        quoted = true;
                    }
                    else if (c == separator)
                    {
                        fields.Add(field.ToString());
                        field.Clear();
                    }
                    else
                    {
                        field.Append(c);
                    }
                }
                fields.Add(field.ToString());
                return fields;
            }

            public static void Write(TextWriter writer, IEnumerable<{{{thing}}}Line> lines)
            {
                writer.WriteLine("# code;quantity;price");
                var count = 0;
                var sum = 0.0;
                foreach (var one in lines)
                {
                    var code = one.Code.Contains(';') ? "\"" + one.Code.Replace("\"", "\"\"") + "\"" : one.Code;
                    writer.WriteLine(code + ";" + one.Quantity.ToString(CultureInfo.InvariantCulture) + ";" + one.Price.ToString("0.00", CultureInfo.InvariantCulture));
                    count += 1;
                    sum += one.Quantity * one.Price;
                }
                writer.WriteLine($"# {count} lines, {sum:0.00} in all");
            }
        }
        """;

    private static string Report(string thing) => $$$""""
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using System.Text;

        namespace Acme.{{{thing}}}.Reports;

        public enum {{{thing}}}Period
        {
            Day,
            Week,
            Month,
        }

        public sealed class {{{thing}}}Row
        {
            public string Region { get; set; } = "";

            public string Title { get; init; } = "no title";

            public double[] Values { get; set; } = [];

            public int Rank { get; private set; }

            public void Place(int rank) => Rank = rank > 0 ? rank : throw new ArgumentOutOfRangeException(nameof(rank), "Ranks begin with 1.");
        }

        /// <summary>Makes a page of HTML.</summary>
        public sealed class {{{thing}}}Report
        {
            private static readonly string Head = "<!doctype html><html><head><meta charset=\"utf-8\"><title>{{{thing}}}</title>";
            private static readonly string Style = """
                <style>
                  table { border-collapse: collapse; font-family: "Segoe UI", sans-serif; }
                  td, th { border: 1px solid #cccccc; padding: 4px 8px; }
                  tr:nth-child(2n) { background: #f4f4f8; }
                </style>
                """;
            private readonly List<{{{thing}}}Row> rows = new();
            private readonly {{{thing}}}Period period;

            public {{{thing}}}Report({{{thing}}}Period period)
            {
                this.period = period;
            }

            public event EventHandler<string>? Written;

            public void Add(string region, params double[] values)
            {
                var existing = rows.FirstOrDefault(row => string.Equals(row.Region, region, StringComparison.OrdinalIgnoreCase));
                if (existing == null)
                {
                    rows.Add(new {{{thing}}}Row { Region = region, Title = $"Region {region}", Values = values });
                    return;
                }
                existing.Values = existing.Values.Concat(values).ToArray();
            }

            public string ToHtml()
            {
                var html = new StringBuilder();
                html.Append(Head).Append(Style).Append("</head><body>");
                html.Append("<h1>" + Heading() + "</h1>");
                html.AppendLine("<table>");
                var rank = 0;
                foreach (var row in rows.OrderByDescending(r => r.Values.Sum()).ThenBy(r => r.Region))
                {
                    row.Place(++rank);
                    var average = row.Values.Length == 0 ? 0 : row.Values.Average();
                    html.Append($"<tr><td>{row.Rank}</td><td>{row.Title}</td><td>{average:0.0}</td>");
                    foreach (var value in row.Values)
                        html.Append("<td class=\"" + (value < average ? "below" : "above") + "\">").Append(value).Append("</td>");
                    html.AppendLine("</tr>");
                }
                html.AppendLine("</table></body></html>");
                var text = html.ToString();
                Written?.Invoke(this, text);
                return text;
            }

            private string Heading()
            {
                const string of = " of {{{thing}}}s by region";
                switch (period)
                {
                    case {{{thing}}}Period.Day:
                        return "Daily figures" + of;
                    case {{{thing}}}Period.Week:
                        return "Weekly figures" + of;
                    case {{{thing}}}Period.Month:
                        return "Monthly figures" + of;
                    default:
                        throw new NotSupportedException($"The period {period} is not supported.");
                }
            }

            public Dictionary<string, double> Shares()
            {
                var total = rows.Sum(row => row.Values.Sum());
                var shares = new Dictionary<string, double>();
                foreach (var group in rows.GroupBy(row => row.Region.Length > 3 ? row.Region.Substring(0, 3) : row.Region))
                    shares[group.Key] = total == 0 ? 0 : group.Sum(row => row.Values.Sum()) / total;
                return shares;
            }
        }
        """";

    private static string Rules(string thing) => $$$"""
        using System;
        using System.Collections.Generic;
        using System.Net.Http;
        using System.Text.Json;
        using System.Text.RegularExpressions;
        using System.Threading;
        using System.Threading.Tasks;

        namespace Acme.{{{thing}}}.Rules;

        public abstract class {{{thing}}}Rule
        {
            public abstract string Code { get; }

            public virtual string Help => "https://docs.example.com/{{{thing}}}/rules/" + Code.ToLowerInvariant() + ".html";

            public abstract bool IsMet(IReadOnlyDictionary<string, object?> values, out string message);
        }

        public sealed class {{{thing}}}NameRule : {{{thing}}}Rule
        {
            private static readonly Regex Allowed = new("^[A-Za-z][A-Za-z0-9 _.-]{2,63}$", RegexOptions.CultureInvariant);

            public override string Code => "NAME-0001";

            public override bool IsMet(IReadOnlyDictionary<string, object?> values, out string message)
            {
                message = "";
                if (!values.TryGetValue("name", out var value) || value is not string name)
                {
                    message = "A name is missing.";
                    return false;
                }
                if (Allowed.IsMatch(name))
                    return true;
                message = $"'{name}' is no name: letters, digits, spaces, dots, dashes; from 3 to 64 characters.";
                return false;
            }
        }

        public sealed class {{{thing}}}AmountRule(decimal least, decimal most) : {{{thing}}}Rule
        {
            public override string Code => "AMOUNT-0002";

            public override bool IsMet(IReadOnlyDictionary<string, object?> values, out string message)
            {
                var amount = values.TryGetValue("amount", out var value) ? Convert.ToDecimal(value) : 0m;
                message = amount < least ? "The amount " + amount + " is below " + least + "." : amount > most ? "The amount " + amount + " is above " + most + "." : "";
                return message.Length == 0;
            }
        }

        public sealed class {{{thing}}}RemoteRule(HttpClient http) : {{{thing}}}Rule
        {
            private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };
            private readonly SemaphoreSlim gate = new(1, 1);

            public override string Code => "REMOTE-0003";

            public override bool IsMet(IReadOnlyDictionary<string, object?> values, out string message)
            {
                message = values.Count == 0 ? "Nothing to check." : string.Empty;
                return values.Count > 0;
            }

            public async Task<bool> CheckAsync(string tenant, int number, CancellationToken cancellationToken)
            {
                await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    var address = new Uri($"https://rules.example.com/{Uri.EscapeDataString(tenant)}/{{{thing}}}/{number}?format=json");
                    using var request = new HttpRequestMessage(HttpMethod.Get, address);
                    request.Headers.TryAddWithoutValidation("Accept", "application/json");
                    request.Headers.TryAddWithoutValidation("X-Correlation", Guid.NewGuid().ToString("N"));
                    using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
                    response.EnsureSuccessStatusCode();
                    var body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
                    var answers = JsonSerializer.Deserialize<Dictionary<string, bool>>(body, Json) ?? throw new InvalidOperationException("The answer was empty.");
                    return answers.TryGetValue("isAllowed", out var isAllowed) && isAllowed;
                }
                catch (HttpRequestException exception) when (exception.StatusCode is System.Net.HttpStatusCode.NotFound)
                {
                    return false;
                }
                finally
                {
                    gate.Release();
                }
            }
        }
        """;

    private static string Settings(string thing) => $$$"""
        using System;
        using System.Collections.Generic;
        using System.ComponentModel;
        using System.ComponentModel.DataAnnotations;
        using Microsoft.Extensions.DependencyInjection;

        namespace Acme.{{{thing}}}.Hosting;

        [DisplayName("{{{thing}}} settings")]
        public sealed class {{{thing}}}Options
        {
            public const string Section = "Acme:{{{thing}}}";

            [Required(ErrorMessage = "The address of the service is missing.")]
            public string Address { get; set; } = "https://localhost:5001";

            [Range(1, 1000)]
            [Description("How many are read at once.")]
            public int BatchSize { get; set; } = 50;

            [Description("How long a request may take.")]
            public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

            public string? ConnectionName { get; set; } = "Default";

            public string QueueName { get; set; } = "acme-{{{thing}}}-incoming";

            public List<string> Regions { get; } = ["north", "south", "east", "west"];

            public Dictionary<string, int> Limits { get; } = new() { ["per-minute"] = 60, ["per-hour"] = 1200, ["per-day"] = 10_000 };
        }

        public interface I{{{thing}}}Clock
        {
            DateTimeOffset Now { get; }
        }

        internal sealed class {{{thing}}}SystemClock : I{{{thing}}}Clock
        {
            public DateTimeOffset Now => DateTimeOffset.UtcNow;
        }

        public static class {{{thing}}}ServiceCollectionExtensions
        {
            public static IServiceCollection Add{{{thing}}}(this IServiceCollection services, Action<{{{thing}}}Options>? configure = null)
            {
                ArgumentNullException.ThrowIfNull(services);
                var options = new {{{thing}}}Options();
                configure?.Invoke(options);
                Validate(options);
                services.AddSingleton(options);
                services.AddSingleton<I{{{thing}}}Clock, {{{thing}}}SystemClock>();
                return services;
            }

            private static void Validate({{{thing}}}Options options)
            {
                var problems = new List<string>();
                if (!Uri.TryCreate(options.Address, UriKind.Absolute, out var address) || address.Scheme != "https")
                    problems.Add(nameof(options.Address) + " must be an address with https, and is '" + options.Address + "'.");
                if (options.BatchSize is < 1 or > 1000)
                    problems.Add($"{nameof(options.BatchSize)} must be from 1 to 1000, and is {options.BatchSize}.");
                if (options.Timeout <= TimeSpan.Zero)
                    problems.Add($"{nameof(options.Timeout)} must be more than nothing.");
                foreach (var (name, limit) in options.Limits)
                {
                    if (limit <= 0)
                        problems.Add("The limit '" + name + "' of the section " + {{{thing}}}Options.Section + " is " + limit + ".");
                }
                for (var i = 0; i < options.Regions.Count; i++)
                {
                    var region = options.Regions[i];
                    if (string.IsNullOrWhiteSpace(region))
                        problems.Add("Region " + i + " has no name.");
                    else if (region.Length > 32)
                        problems.Add(string.Join(" ", "Region", i, "has a name of more than 32 characters:", region));
                }
                if (problems.Count > 0)
                    throw new InvalidOperationException(string.Join(Environment.NewLine, problems));
            }
        }
        """;
}
