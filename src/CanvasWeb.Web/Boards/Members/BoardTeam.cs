using CanvasWeb.Canvas.Document;
using CanvasWeb.Web.Audit;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Shell.Events;
using Microsoft.EntityFrameworkCore;

namespace CanvasWeb.Web.Boards.Members;

/// <summary>Who is on a board: seen by all of them, changed by its owner, left by whoever wants to.</summary>
internal sealed class BoardTeam(
    IDbContextFactory<AppDbContext> contexts, WriteTransactions writes, BoardAccess access, BoardAudience audience, InviteLinks links, AuditLog audit, UserEvents events, TimeProvider time)
{
    /// <summary>The lock that everything takes that counts or changes a board's members and links.</summary>
    public static string LockOf(string boardId) => "members:" + boardId;

    /// <summary>Everybody on a board, for one of them; null for strangers.</summary>
    public async Task<Team?> ReadAsync(string userId, string boardId, CancellationToken cancellationToken)
    {
        if (await access.RoleAsync(boardId, userId, cancellationToken) is not { } role)
            return null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var owner = await (
            from board in db.Set<Board>()
            where board.Id == boardId
            join user in db.Users on board.OwnerId equals user.Id
            select new TeamMember(user.Id, user.DisplayName, user.Colour, BoardRole.Owner)).FirstOrDefaultAsync(cancellationToken);
        if (owner is null)
            return null;
        var members = await (
            from member in db.Set<BoardMember>()
            where member.BoardId == boardId
            join user in db.Users on member.UserId equals user.Id
            orderby member.CreatedAt, member.UserId
            select new TeamMember(user.Id, user.DisplayName, user.Colour, member.Role)).ToListAsync(cancellationToken);
        if (role != BoardRole.Owner)
            return new(owner, members, []);
        var now = time.GetUtcNow();
        var invites = await db.Set<BoardInvite>().AsNoTracking()
            .Where(invite => invite.BoardId == boardId && invite.ExpiresAt > now)
            .OrderByDescending(static invite => invite.CreatedAt).ThenBy(static invite => invite.Id)
            .ToListAsync(cancellationToken);
        return new(owner, members, invites.ConvertAll(invite => new OpenInvite(invite.Id, invite.Role, invite.ExpiresAt, links.Unseal(invite))));
    }

    /// <summary>Gives a member another role. By the owner.</summary>
    public Task<MemberChange> ChangeRoleAsync(string ownerId, string boardId, string memberId, BoardRole role, CancellationToken cancellationToken) => role >= BoardRole.Owner
        ? Task.FromResult(MemberChange.BadRole)
        : ChangeAsync(
            boardId,
            memberId,
            async (db, token) =>
            {
                if (!await IsOwnerAsync(db, ownerId, boardId, token)
                    || await db.Set<BoardMember>().FirstOrDefaultAsync(member => member.BoardId == boardId && member.UserId == memberId, token) is not { } member)
                    return MemberChange.NotFound;
                if (member.Role == role)
                    return MemberChange.Done;
                audit.Add(db, ownerId, "board.role", "board:" + boardId, $"user:{memberId}, {member.Role} to {role}");
                member.Become(role);
                return MemberChange.Done;
            },
            cancellationToken);

    /// <summary>Takes a member off the board. By the owner.</summary>
    /// <param name="withInvites">Also takes back all open links: with one of them the member could come back.</param>
    public Task<MemberChange> RemoveAsync(string ownerId, string boardId, string memberId, bool withInvites, CancellationToken cancellationToken) => ChangeAsync(
        boardId,
        memberId,
        async (db, token) =>
        {
            if (!await IsOwnerAsync(db, ownerId, boardId, token))
                return MemberChange.NotFound;
            if (withInvites && await db.Set<BoardInvite>().Where(invite => invite.BoardId == boardId).ExecuteDeleteAsync(token) > 0)
                audit.Add(db, ownerId, "board.uninvite", "board:" + boardId, "all links");
            if (await db.Set<BoardMember>().Where(member => member.BoardId == boardId && member.UserId == memberId).ExecuteDeleteAsync(token) > 0)
                audit.Add(db, ownerId, "board.remove", "board:" + boardId, "user:" + memberId);
            return MemberChange.Done;
        },
        cancellationToken);

    /// <summary>Leaves a board that somebody else owns. Again is harmless.</summary>
    public Task<MemberChange> LeaveAsync(string userId, string boardId, CancellationToken cancellationToken) => ChangeAsync(
        boardId,
        userId,
        async (db, token) =>
        {
            if (await db.Set<BoardMember>().Where(member => member.BoardId == boardId && member.UserId == userId).ExecuteDeleteAsync(token) > 0)
                audit.Add(db, userId, "board.leave", "board:" + boardId, details: null);
            return MemberChange.Done;
        },
        cancellationToken);

    /// <summary>Tells the pages of the owner and of one other person that who is on the board has changed.</summary>
    public async Task TellAsync(string boardId, string userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var owner = await db.Set<Board>().Where(board => board.Id == boardId).Select(static board => board.OwnerId).FirstOrDefaultAsync(cancellationToken);
        events.Publish(userId, UserEvent.BoardsChanged);
        if (owner is not null && owner != userId)
            events.Publish(owner, UserEvent.BoardsChanged);
    }

    public static Task<bool> IsOwnerAsync(AppDbContext db, string userId, string boardId, CancellationToken cancellationToken) =>
        db.Set<Board>().AnyAsync(board => board.Id == boardId && board.OwnerId == userId && board.DeletedAt == null, cancellationToken);

    private async Task<MemberChange> ChangeAsync(string boardId, string memberId, Func<AppDbContext, CancellationToken, Task<MemberChange>> change, CancellationToken cancellationToken)
    {
        var outcome = await writes.RunAsync(
            async (db, token) =>
            {
                await WriteTransactions.LockAsync(db, LockOf(boardId), token);
                return await change(db, token);
            },
            cancellationToken);
        if (outcome != MemberChange.Done)
            return outcome;

        // After the commit: their lines come back and find what they may do now. Whoever joins meanwhile looks again once they are among the audience.
        audience.Close(boardId, memberId);
        await TellAsync(boardId, memberId, CancellationToken.None);
        return outcome;
    }
}
