using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Generation.Jobs;

internal sealed class JobEmbeddingConfiguration : IEntityTypeConfiguration<JobEmbedding>
{
    public void Configure(EntityTypeBuilder<JobEmbedding> builder)
    {
        builder.ToTable("JobEmbeddings");
        builder.HasKey(static embedding => new { embedding.JobId, embedding.Image });
        builder.Property(static embedding => embedding.JobId).HasMaxLength(RandomId.Length);
        builder.Property(static embedding => embedding.Space).HasMaxLength(JobEmbedding.SpaceLength);
        builder.HasOne<Job>().WithMany().HasForeignKey(static embedding => embedding.JobId).OnDelete(DeleteBehavior.Cascade);
    }
}
