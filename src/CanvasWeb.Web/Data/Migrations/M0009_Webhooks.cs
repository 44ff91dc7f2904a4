using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace CanvasWeb.Web.Data.Migrations;

/// <summary>Endpoints of webhooks, and the outbox that is also their log.</summary>
[DbContext(typeof(AppDbContext))]
[Migration("0009_Webhooks")]
internal sealed class M0009_Webhooks : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "WebhookEndpoints",
            table => new
            {
                Id = table.Column<string>(maxLength: 22),
                UserId = table.Column<string>(maxLength: 22),
                Url = table.Column<string>(maxLength: 500),
                Events = table.Column<string>(maxLength: 200),
                SealedSecret = table.Column<string>(maxLength: 1000),
                RequestId = table.Column<string>(maxLength: 22),
                CreatedAt = table.Column<long>(),
                FailingSince = table.Column<long>(nullable: true),
                DisabledAt = table.Column<long>(nullable: true),
                DisabledBecause = table.Column<int>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_WebhookEndpoints", row => row.Id);
                table.ForeignKey("FK_WebhookEndpoints_AspNetUsers_UserId", row => row.UserId, "AspNetUsers", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("IX_WebhookEndpoints_UserId_RequestId", "WebhookEndpoints", ["UserId", "RequestId"], unique: true);

        migrationBuilder.CreateTable(
            "WebhookDeliveries",
            table => new
            {
                Id = table.Column<string>(maxLength: 26),
                EndpointId = table.Column<string>(maxLength: 22),
                EventType = table.Column<string>(maxLength: 40),
                Subject = table.Column<string>(maxLength: 22),
                Payload = table.Column<string>(),
                CreatedAt = table.Column<long>(),
                State = table.Column<int>(),
                DueAt = table.Column<long>(),
                Attempts = table.Column<int>(),
                Tries = table.Column<int>(),
                LastAttemptAt = table.Column<long>(nullable: true),
                LastStatus = table.Column<int>(nullable: true),
                LastError = table.Column<string>(maxLength: 200, nullable: true),
                LastElapsedMs = table.Column<int>(nullable: true),
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_WebhookDeliveries", row => row.Id);
                table.ForeignKey("FK_WebhookDeliveries_WebhookEndpoints_EndpointId", row => row.EndpointId, "WebhookEndpoints", "Id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("IX_WebhookDeliveries_EndpointId_EventType_Subject", "WebhookDeliveries", ["EndpointId", "EventType", "Subject"], unique: true);
        migrationBuilder.CreateIndex("IX_WebhookDeliveries_State_DueAt", "WebhookDeliveries", ["State", "DueAt"]);
        migrationBuilder.CreateIndex("IX_WebhookDeliveries_EndpointId_CreatedAt", "WebhookDeliveries", ["EndpointId", "CreatedAt"]);
    }
}
