using CanvasWeb.Canvas.Document;
using CanvasWeb.Canvas.Geometry;

namespace CanvasWeb.Web.Generation.Previews;

/// <summary>A picture on its way out of the noise: the wire form of <c>preview</c>. Never stored.</summary>
/// <param name="Frame">Where the frame was when the job was made, world units: show nothing outside it.</param>
/// <param name="Crop">What the picture shows, world units: for inpainting more than the frame.</param>
/// <param name="Image">Which picture of the job, from 0.</param>
/// <param name="Step">Steps done of this picture.</param>
/// <param name="EtaMs">Until the last picture of the job is there; null while unknown.</param>
/// <param name="EndedAtMs">When the step ended, Unix milliseconds by the worker's clock: what a viewer measures its lateness from.</param>
/// <param name="Mime">"image/webp" or "image/jpeg".</param>
/// <param name="Data">At most 12 KB; base64 on the wire.</param>
internal sealed record PreviewMessage(string Job, NodeId FrameId, WorldRect Frame, WorldRect Crop, int Image, int Step, int Steps, long? EtaMs, long EndedAtMs, string Mime, byte[] Data);
