# The site with its worker and the small model, in one image.
#
#   docker build --build-arg SDK=<the .NET 10 SDK image> --build-arg RUNTIME=<the ASP.NET Core 10 image, Debian or Ubuntu> -t canvasweb .
#   docker run -p 8080:8080 -v canvasweb:/data canvasweb
#
# The two images come as arguments, so that every house takes them from where it takes images.
ARG SDK
ARG RUNTIME

FROM ${SDK} AS build
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
# Both into one folder: the site starts the worker that lies beside it.
RUN dotnet publish src/CanvasWeb.Inference -c Release -o /app && dotnet publish src/CanvasWeb.Web -c Release -o /app

FROM ${RUNTIME}
WORKDIR /app
COPY --from=build /app .
COPY models/canvas-mini models/canvas-mini
ENV ASPNETCORE_URLS=http://+:8080 Data__Folder=/data
RUN mkdir /data && chown 1000:1000 /data
USER 1000
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["dotnet", "CanvasWeb.Web.dll"]
