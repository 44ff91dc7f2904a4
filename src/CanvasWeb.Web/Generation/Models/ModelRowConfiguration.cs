using System.Text.Json;
using CanvasWeb.Canvas.Document;
using CanvasWeb.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Generation.Models;

internal sealed class ModelRowConfiguration : IEntityTypeConfiguration<ModelRow>
{
    public void Configure(EntityTypeBuilder<ModelRow> builder)
    {
        builder.ToTable("Models");
        builder.HasKey(static model => model.Name);
        builder.Property(static model => model.Name).HasMaxLength(80);
        builder.Property(static model => model.ChosenTitle).HasMaxLength(80);
        builder.Property(static model => model.Description).HasConversion(
            static description => Write(description),
            static json => JsonSerializer.Deserialize<ModelDescription>(json, CanvasJson.Options)!, // Written by the line above.
            // The record holds lists, so it is compared by what is stored.
            new ValueComparer<ModelDescription>(
                static (left, right) => left == right || (left != null && right != null && Write(left) == Write(right)),
                static description => description.Name.GetHashCode(StringComparison.Ordinal)));
    }

    private static string Write(ModelDescription description) => JsonSerializer.Serialize(description, CanvasJson.Options);
}
