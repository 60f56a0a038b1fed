using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <summary>The tables of profiles and tokens. Nothing in the model is of one database alone: which one it is, is chosen in <see cref="IStorageDatabase"/>.</summary>
internal sealed class StorageContext(DbContextOptions<StorageContext> options) : DbContext(options)
{
    public const int NameLength = 64;

    public const int RevisionLength = 32;

    public const int EndpointLength = 2048;

    public DbSet<ProfileRow> Profiles => Set<ProfileRow>();

    public DbSet<FormerProfileRow> FormerProfiles => Set<FormerProfileRow>();

    public DbSet<HostKeyRow> HostKeys => Set<HostKeyRow>();

    public DbSet<StoreStateRow> State => Set<StoreStateRow>();

    public DbSet<TokenRow> Tokens => Set<TokenRow>();

    public DbSet<FormerTokenRow> FormerTokens => Set<FormerTokenRow>();

    public DbSet<AdministratorRow> Administrators => Set<AdministratorRow>();

    public DbSet<AuditEntryRow> AuditEntries => Set<AuditEntryRow>();

    public DbSet<AuditTenantRow> AuditTenants => Set<AuditTenantRow>();

    /// <summary>
    /// The profiles, each with what tells whether it may be used. All reads begin here, so that none leaves it out; it is part of their one query.
    /// </summary>
    public IQueryable<FoundProfile> Found => Profiles.Select(row => new FoundProfile
    {
        Row = row,
        IsFormer = FormerProfiles.Any(former => former.Id == row.Id),
        ChangeNumber = State.Where(state => state.Id == StoreStateRow.TheOne).Select(state => state.Number).FirstOrDefault(),
        ChangeMark = State.Where(state => state.Id == StoreStateRow.TheOne).Select(state => state.Change).FirstOrDefault(),
    });

    /// <summary>The tokens, each with what tells whether it may be taken. All reads begin here, as those of profiles do at <see cref="Found"/>.</summary>
    public IQueryable<FoundToken> FoundTokens => Tokens.Select(row => new FoundToken
    {
        Row = row,
        IsFormer = FormerTokens.Any(former => former.Id == row.Id),
        ChangeNumber = State.Where(state => state.Id == StoreStateRow.TheOne).Select(state => state.Number).FirstOrDefault(),
        ChangeMark = State.Where(state => state.Id == StoreStateRow.TheOne).Select(state => state.Change).FirstOrDefault(),
    });

    /// <summary>The administrators, each with what tells whether its token may be taken. Ids of all kinds of tokens that were revoked lie in one table: none is ever used again.</summary>
    public IQueryable<FoundAdministrator> FoundAdministrators => Administrators.Select(row => new FoundAdministrator
    {
        Row = row,
        IsFormer = FormerTokens.Any(former => former.Id == row.Id),
        ChangeNumber = State.Where(state => state.Id == StoreStateRow.TheOne).Select(state => state.Number).FirstOrDefault(),
        ChangeMark = State.Where(state => state.Id == StoreStateRow.TheOne).Select(state => state.Change).FirstOrDefault(),
    });

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ProfileRow>(profile =>
        {
            profile.ToTable("profiles");
            profile.HasKey(row => row.Id);
            profile.Property(row => row.Id).HasMaxLength(NameLength);
            profile.Property(row => row.Name).HasMaxLength(NameLength);
            profile.Property(row => row.Tenant).HasMaxLength(NameLength);
            profile.Property(row => row.Provider).HasMaxLength(NameLength);
            profile.Property(row => row.Endpoint).HasMaxLength(EndpointLength);
            profile.Property(row => row.Revision).HasMaxLength(RevisionLength).IsConcurrencyToken();
            profile.HasIndex(row => row.Name).IsUnique();
            profile.HasIndex(row => row.Tenant);
        });
        modelBuilder.Entity<FormerProfileRow>(former =>
        {
            former.ToTable("former_profiles");
            former.HasKey(row => row.Id);
            former.Property(row => row.Id).HasMaxLength(NameLength);
            former.Property(row => row.Name).HasMaxLength(NameLength);
            former.HasIndex(row => row.Name);
        });
        modelBuilder.Entity<TokenRow>(token =>
        {
            token.ToTable("tokens");
            token.HasKey(row => row.Id);
            token.Property(row => row.Id).HasMaxLength(NameLength);
            token.Property(row => row.Name).HasMaxLength(NameLength);
            token.Property(row => row.Revision).HasMaxLength(RevisionLength).IsConcurrencyToken();
            token.HasIndex(row => row.Name).IsUnique();
            token.HasIndex(row => row.Hash).IsUnique();
            token.HasIndex(row => row.FormerHash).IsUnique();
        });
        modelBuilder.Entity<AdministratorRow>(administrator =>
        {
            administrator.ToTable("administrators");
            administrator.HasKey(row => row.Id);
            administrator.Property(row => row.Id).HasMaxLength(NameLength);
            administrator.Property(row => row.Name).HasMaxLength(NameLength);
            administrator.HasIndex(row => row.Name).IsUnique();
            administrator.HasIndex(row => row.Hash).IsUnique();
        });
        modelBuilder.Entity<FormerTokenRow>(former =>
        {
            former.ToTable("former_tokens");
            former.HasKey(row => row.Id);
            former.Property(row => row.Id).HasMaxLength(NameLength);
        });
        modelBuilder.Entity<HostKeyRow>(key =>
        {
            key.ToTable("host_keys");
            key.HasKey(row => row.Name);
            key.Property(row => row.Name).HasMaxLength(NameLength);
        });
        modelBuilder.Entity<StoreStateRow>(state =>
        {
            state.ToTable("store_state");
            state.HasKey(row => row.Id);
            state.Property(row => row.Id).ValueGeneratedNever();
            state.Property(row => row.Change).HasMaxLength(RevisionLength);
            state.Ignore(row => row.Present);
        });
        modelBuilder.Entity<AuditEntryRow>(entry =>
        {
            entry.ToTable("audit_entries");
            entry.HasKey(row => row.Number);
            entry.Property(row => row.Number).ValueGeneratedNever();
            entry.Property(row => row.ActorId).HasMaxLength(AuditText.MaxLength);
            entry.Property(row => row.ActorName).HasMaxLength(AuditText.MaxLength);
            entry.Property(row => row.SubjectId).HasMaxLength(AuditText.MaxLength);
            entry.HasIndex(row => row.At);
            entry.HasIndex(row => row.SubjectId);
        });
        modelBuilder.Entity<AuditTenantRow>(tenant =>
        {
            tenant.ToTable("audit_tenants");
            tenant.HasKey(row => new { row.Number, row.Tenant });
            tenant.Property(row => row.Tenant).HasMaxLength(NameLength);
            tenant.HasIndex(row => new { row.Tenant, row.Number });
        });
    }
}
