using CanvasWeb.Web.Data;
using CanvasWeb.Web.Moderation.Refusals;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Moderation.Prompts;

internal sealed class PolicyTermConfiguration : IEntityTypeConfiguration<PolicyTerm>
{
    public void Configure(EntityTypeBuilder<PolicyTerm> builder)
    {
        builder.ToTable("PolicyTerms");
        builder.HasKey(static term => term.Id);
        builder.Property(static term => term.Id).HasMaxLength(RandomId.Length);
        builder.Property(static term => term.Category).HasMaxLength(Refusal.CategoryLength);
        builder.Property(static term => term.Line).HasMaxLength(PolicyTerm.LineLength);
        builder.Property(static term => term.CreatedBy).HasMaxLength(RandomId.Length);
        builder.HasIndex(static term => new { term.Category, term.Line }).IsUnique();
    }
}
