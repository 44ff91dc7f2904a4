using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Accounts;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Boards;

/// <summary>Somebody whom the owner has let onto a board. The owner has no row here.</summary>
internal sealed class BoardMember
{
    private BoardMember()
    {
    }

    public BoardMember(string boardId, string userId, BoardRole role, DateTimeOffset now)
    {
        (BoardId, UserId, Role, CreatedAt) = (boardId, userId, role, now);
    }

    public string BoardId { get; private set; } = "";

    public string UserId { get; private set; } = "";

    public BoardRole Role { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public void Become(BoardRole role) => Role = role;

    internal sealed class Configuration : IEntityTypeConfiguration<BoardMember>
    {
        public void Configure(EntityTypeBuilder<BoardMember> builder)
        {
            builder.ToTable("BoardMembers");
            builder.HasKey(static member => new { member.BoardId, member.UserId });
            builder.Property(static member => member.BoardId).HasMaxLength(RandomId.Length);
            builder.Property(static member => member.UserId).HasMaxLength(RandomId.Length);

            // By name, so that a role added between two others does not promote anybody.
            builder.Property(static member => member.Role).HasConversion<string>().HasMaxLength(16);
            builder.HasIndex(static member => member.UserId);
            builder.HasOne<Board>().WithMany().HasForeignKey(static member => member.BoardId).OnDelete(DeleteBehavior.Cascade);
            builder.HasOne<AppUser>().WithMany().HasForeignKey(static member => member.UserId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
