using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Accounts.Sessions;

internal sealed class UserSessionConfiguration : IEntityTypeConfiguration<UserSession>
{
    public void Configure(EntityTypeBuilder<UserSession> builder)
    {
        builder.ToTable("UserSessions");
        builder.Property(static session => session.Id).HasMaxLength(RandomId.Length);
        builder.Property(static session => session.UserAgent).HasMaxLength(UserSession.UserAgentLength);
        builder.HasOne<AppUser>().WithMany().HasForeignKey(static session => session.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
