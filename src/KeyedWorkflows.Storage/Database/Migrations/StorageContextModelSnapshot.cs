using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace KeyedWorkflows.Storage.Migrations;

/// <summary>The model as the migrations make it. A test compares it with the model in use.</summary>
[DbContext(typeof(StorageContext))]
internal sealed class StorageContextModelSnapshot : ModelSnapshot
{
    protected override void BuildModel(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity("KeyedWorkflows.Storage.ProfileRow", profile =>
        {
            profile.Property<string>("Id").HasMaxLength(64);
            profile.Property<string>("Name").IsRequired().HasMaxLength(64);
            profile.Property<string>("Tenant").HasMaxLength(64);
            profile.Property<string>("Provider").IsRequired().HasMaxLength(64);
            profile.Property<string>("Endpoint").HasMaxLength(2048);
            profile.Property<bool>("Enabled");
            profile.Property<string>("Revision").IsRequired().HasMaxLength(32).IsConcurrencyToken();
            profile.Property<byte[]>("Payload").IsRequired();
            profile.HasKey("Id");
            profile.HasIndex("Name").IsUnique();
            profile.HasIndex("Tenant");
            profile.ToTable("profiles");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.FormerProfileRow", former =>
        {
            former.Property<string>("Id").HasMaxLength(64);
            former.Property<string>("Name").IsRequired().HasMaxLength(64);
            former.HasKey("Id");
            former.HasIndex("Name");
            former.ToTable("former_profiles");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.TokenRow", token =>
        {
            token.Property<string>("Id").HasMaxLength(64);
            token.Property<string>("Name").IsRequired().HasMaxLength(64);
            token.Property<byte[]>("Hash").IsRequired();
            token.Property<string>("Revision").IsRequired().HasMaxLength(32).IsConcurrencyToken();
            token.Property<byte[]>("Payload").IsRequired();
            token.HasKey("Id");
            token.HasIndex("Name").IsUnique();
            token.HasIndex("Hash").IsUnique();
            token.Property<byte[]>("FormerHash");
            token.HasIndex("FormerHash").IsUnique();
            token.ToTable("tokens");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.AdministratorRow", administrator =>
        {
            administrator.Property<string>("Id").HasMaxLength(64);
            administrator.Property<string>("Name").IsRequired().HasMaxLength(64);
            administrator.Property<byte[]>("Hash").IsRequired();
            administrator.Property<byte[]>("Payload").IsRequired();
            administrator.HasKey("Id");
            administrator.HasIndex("Name").IsUnique();
            administrator.HasIndex("Hash").IsUnique();
            administrator.ToTable("administrators");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.FormerTokenRow", former =>
        {
            former.Property<string>("Id").HasMaxLength(64);
            former.HasKey("Id");
            former.ToTable("former_tokens");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.HostKeyRow", key =>
        {
            key.Property<string>("Name").HasMaxLength(64);
            key.Property<byte[]>("Payload").IsRequired();
            key.HasKey("Name");
            key.ToTable("host_keys");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.StoreStateRow", state =>
        {
            state.Property<int>("Id").ValueGeneratedNever();
            state.Property<string>("Change").IsRequired().HasMaxLength(32);
            state.Property<long>("Number");
            state.HasKey("Id");
            state.ToTable("store_state");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.AuditEntryRow", entry =>
        {
            entry.Property<long>("Number").ValueGeneratedNever();
            entry.Property<long>("At");
            entry.Property<string>("ActorId").HasMaxLength(128);
            entry.Property<string>("ActorName").IsRequired().HasMaxLength(128);
            entry.Property<string>("SubjectId").HasMaxLength(128);
            entry.Property<byte[]>("Content").IsRequired();
            entry.Property<byte[]>("Mac").IsRequired();
            entry.HasKey("Number");
            entry.HasIndex("At");
            entry.HasIndex("SubjectId");
            entry.ToTable("audit_entries");
        });
        modelBuilder.Entity("KeyedWorkflows.Storage.AuditTenantRow", tenant =>
        {
            tenant.Property<long>("Number");
            tenant.Property<string>("Tenant").HasMaxLength(64);
            tenant.HasKey("Number", "Tenant");
            tenant.HasIndex("Tenant", "Number");
            tenant.ToTable("audit_tenants");
        });
    }
}
