using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CanvasWeb.Web.Boards.Members;

/// <summary>A link by which people let themselves onto a board. Taking it back deletes the row, so that there is nothing left that it could open.</summary>
internal sealed class BoardInvite
{
    // A sealed link: 43 characters inside some 100 of data protection, in base64url. Room for longer keys to come.
    private const int MaxSealedLength = 500;

    private BoardInvite()
    {
    }

    public BoardInvite(string id, string boardId, BoardRole role, string tokenHash, string sealedToken, DateTimeOffset now, DateTimeOffset expiresAt)
    {
        (Id, BoardId, Role, TokenHash, SealedToken, CreatedAt, ExpiresAt) = (id, boardId, role, tokenHash, sealedToken, now, expiresAt);
    }

    public string Id { get; private set; } = "";

    public string BoardId { get; private set; } = "";

    /// <summary>What whoever comes by it may do. Never the owner's.</summary>
    public BoardRole Role { get; private set; }

    public string TokenHash { get; private set; } = "";

    /// <summary>The token once more, encrypted, so that the owner can copy the link again: see <see cref="InviteLinks"/>.</summary>
    public string SealedToken { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    internal sealed class Configuration : IEntityTypeConfiguration<BoardInvite>
    {
        public void Configure(EntityTypeBuilder<BoardInvite> builder)
        {
            builder.ToTable("BoardInvites");
            builder.Property(static invite => invite.Id).HasMaxLength(RandomId.Length);
            builder.Property(static invite => invite.BoardId).HasMaxLength(RandomId.Length);

            // By name, as in BoardMember.
            builder.Property(static invite => invite.Role).HasConversion<string>().HasMaxLength(16);
            builder.Property(static invite => invite.TokenHash).HasMaxLength(SecretToken.HashLength);
            builder.Property(static invite => invite.SealedToken).HasMaxLength(MaxSealedLength);
            builder.HasIndex(static invite => invite.BoardId);
            builder.HasIndex(static invite => invite.TokenHash).IsUnique();
            builder.HasOne<Board>().WithMany().HasForeignKey(static invite => invite.BoardId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
