using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Generation.Workers;

internal sealed class WorkerDrainConfiguration : IEntityTypeConfiguration<WorkerDrain>
{
    public void Configure(EntityTypeBuilder<WorkerDrain> builder)
    {
        builder.ToTable("WorkerDrains");
        builder.HasKey(static drain => drain.Worker);
        builder.Property(static drain => drain.Worker).HasMaxLength(WorkerDrain.WorkerLength);
    }
}
