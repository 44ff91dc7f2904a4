using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Accounts;

internal sealed class AppUserConfiguration : IEntityTypeConfiguration<AppUser>
{
    public void Configure(EntityTypeBuilder<AppUser> builder)
    {
        builder.Property(static user => user.Id).HasMaxLength(RandomId.Length);
        builder.Property(static user => user.DisplayName).HasMaxLength(AppUser.DisplayNameLength);
        builder.Property(static user => user.Language).HasMaxLength(10);
        builder.Property(static user => user.Theme).HasMaxLength(10);
        builder.Property(static user => user.SuspendedReason).HasMaxLength(AppUser.SuspendedReasonLength);
        builder.Ignore(static user => user.PhoneNumber);
        builder.Ignore(static user => user.PhoneNumberConfirmed);
    }
}
