namespace CanvasWeb.Web.Tests.Infrastructure;

public enum DatabaseKind
{
    Sqlite,
    PostgreSql,
}
