using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Generation.Jobs;

internal sealed class JobIngredientConfiguration : IEntityTypeConfiguration<JobIngredient>
{
    public void Configure(EntityTypeBuilder<JobIngredient> builder)
    {
        builder.ToTable("JobIngredients");
        builder.HasKey(static ingredient => new { ingredient.JobId, ingredient.Position });
        builder.Property(static ingredient => ingredient.JobId).HasMaxLength(RandomId.Length);
        builder.Property(static ingredient => ingredient.Sha256).HasMaxLength(64);
        builder.Property(static ingredient => ingredient.SourceJob).HasMaxLength(RandomId.Length);
        builder.HasIndex(static ingredient => ingredient.Sha256);
        builder.HasOne<Job>().WithMany().HasForeignKey(static ingredient => ingredient.JobId).OnDelete(DeleteBehavior.Cascade);
    }
}
