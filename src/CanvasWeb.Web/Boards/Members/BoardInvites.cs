using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Boards.Members;

/// <summary>Invite links: made and taken back by the owner of a board, opened by whoever was sent one.</summary>
internal sealed class BoardInvites(
    IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, BoardTeam team, InviteLinks links, AuditLog audit, IOptions<MembersOptions> options, TimeProvider time)
{
    /// <summary>Makes a link.</summary>
    /// <param name="inviteId">Made by the caller (<see cref="RandomId"/>), so that asking twice makes one.</param>
    public async Task<MemberChange> MakeAsync(string ownerId, string boardId, string inviteId, BoardRole role, CancellationToken cancellationToken)
    {
        if (role >= BoardRole.Owner)
            return MemberChange.BadRole;
        var change = await writes.RunAsync(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, BoardTeam.LockOf(boardId), token);
                if (!await BoardTeam.IsOwnerAsync(db, ownerId, boardId, token))
                    return MemberChange.NotFound;
                if (await db.Set<BoardInvite>().Where(invite => invite.Id == inviteId).Select(static invite => invite.BoardId).FirstOrDefaultAsync(token) is { } known)
                    return known == boardId ? MemberChange.Done : MemberChange.NotFound;
                var now = time.GetUtcNow();

                // Those that have run out are of no use to anybody; nothing else sweeps them.
                await db.Set<BoardInvite>().Where(invite => invite.BoardId == boardId && invite.ExpiresAt <= now).ExecuteDeleteAsync(token);
                if (await db.Set<BoardInvite>().CountAsync(invite => invite.BoardId == boardId, token) >= options.Value.OpenInvitesPerBoard)
                    return MemberChange.TooManyInvites;
                var (_, hash, sealedToken) = links.New(inviteId);
                db.Add(new BoardInvite(inviteId, boardId, role, hash, sealedToken, now, now.AddDays(options.Value.InviteDays)));
                audit.Add(db, ownerId, "board.invite", "board:" + boardId, $"invite:{inviteId}, {role}");
                return MemberChange.Done;
            },
            cancellationToken);
        if (change == MemberChange.Done)
            await team.TellAsync(boardId, ownerId, CancellationToken.None);
        return change;
    }

    /// <summary>Takes a link back. Who came by it stays. Again is harmless.</summary>
    public async Task<MemberChange> TakeBackAsync(string ownerId, string boardId, string inviteId, CancellationToken cancellationToken)
    {
        var change = await writes.RunAsync(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, BoardTeam.LockOf(boardId), token);
                if (!await BoardTeam.IsOwnerAsync(db, ownerId, boardId, token))
                    return MemberChange.NotFound;
                if (await db.Set<BoardInvite>().Where(invite => invite.Id == inviteId && invite.BoardId == boardId).ExecuteDeleteAsync(token) > 0)
                    audit.Add(db, ownerId, "board.uninvite", "board:" + boardId, "invite:" + inviteId);
                return MemberChange.Done;
            },
            cancellationToken);
        if (change == MemberChange.Done)
            await team.TellAsync(boardId, ownerId, CancellationToken.None);
        return change;
    }

    /// <summary>What a link opens; null for links that never were, have run out or were taken back, and for boards in the bin.</summary>
    public async Task<Invitation?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (!SecretToken.IsValid(token, InviteLinks.Prefix))
            return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (hash, now) = (SecretToken.HashOf(token), time.GetUtcNow());
        return await (
            from invite in db.Set<BoardInvite>()
            where invite.TokenHash == hash && invite.ExpiresAt > now
            join board in db.Set<Board>() on invite.BoardId equals board.Id
            where board.DeletedAt == null
            join owner in db.Users on board.OwnerId equals owner.Id
            select new Invitation(board.Id, board.Name, invite.Role, new(owner.Id, owner.DisplayName, owner.Colour, BoardRole.Owner))).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>
    /// Lets somebody onto the board of a link. Who is there already stays what they are: a link neither takes anything from a member nor gives back
    /// what the owner has taken from one.
    /// </summary>
    /// <returns>The board, where they are on it now.</returns>
    public async Task<(MemberChange Change, string? BoardId)> AcceptAsync(string userId, string token, CancellationToken cancellationToken)
    {
        if (await FindAsync(token, cancellationToken) is not { BoardId: var boardId })
            return (MemberChange.NotFound, null);
        var hash = SecretToken.HashOf(token);
        var change = await writes.RunAsync(
            async (db, cancel) =>
            {
                // Looked at again under the lock: a link that is being taken back lets nobody in any more once it is gone.
                await WriteTransactions.LockAsync(db, BoardTeam.LockOf(boardId), cancel);
                var now = time.GetUtcNow();
                if (await db.Set<BoardInvite>().AsNoTracking().FirstOrDefaultAsync(invite => invite.TokenHash == hash && invite.ExpiresAt > now, cancel) is not { } invite)
                    return MemberChange.NotFound;
                if (await BoardTeam.IsOwnerAsync(db, userId, boardId, cancel) || await db.Set<BoardMember>().AnyAsync(member => member.BoardId == boardId && member.UserId == userId, cancel))
                    return MemberChange.Done;
                if (await db.Set<BoardMember>().CountAsync(member => member.BoardId == boardId, cancel) >= options.Value.PerBoard)
                    return MemberChange.TooManyMembers;
                db.Add(new BoardMember(boardId, userId, invite.Role, now));
                audit.Add(db, userId, "board.join", "board:" + boardId, $"invite:{invite.Id}, {invite.Role}");
                return MemberChange.Done;
            },
            cancellationToken);
        if (change != MemberChange.Done)
            return (change, null);
        await team.TellAsync(boardId, userId, CancellationToken.None);
        return (change, boardId);
    }
}
