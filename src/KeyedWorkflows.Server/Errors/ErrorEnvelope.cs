using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace KeyedWorkflows.Server;

/// <summary>Writes errors as Dify does: <c>{"code","message","status"}</c>.</summary>
internal static class ErrorEnvelope
{
    public static Task WriteAsync(HttpContext http, ApiError error)
    {
        if (error.RetryAfter is { } wait)
            http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (error.Status == 401)
            http.Response.Headers.WWWAuthenticate = "Bearer";
        return JsonAnswer.WriteAsync(http, error.Status, error, static (writer, error) => Write(writer, error));
    }

    private static void Write(Utf8JsonWriter writer, ApiError error)
    {
        writer.WriteStartObject();
        writer.WriteString("code"u8, error.Code);
        writer.WriteString("message"u8, error.Message);
        writer.WriteNumber("status"u8, error.Status);
        if (error.ErrorCode is not null)
            writer.WriteString("error_code"u8, error.ErrorCode);
        if (error.RunId is not null)
            writer.WriteString("workflow_run_id"u8, error.RunId);
        if (error.Step is not null)
            writer.WriteString("step"u8, error.Step);
        if (error.Slot is not null)
            writer.WriteString("slot"u8, error.Slot);
        if (error.Profile is not null)
            writer.WriteString("profile"u8, error.Profile);
        if (error.ProviderStatus is { } status)
            writer.WriteNumber("provider_status"u8, status);
        if (error.Problems is not null)
        {
            writer.WriteStartArray("problems"u8);
            foreach (var problem in error.Problems)
            {
                writer.WriteStartObject();
                writer.WriteNumber("index"u8, problem.Index);
                writer.WriteString("part"u8, problem.Part);
                writer.WriteString("code"u8, problem.Code);
                writer.WriteString("message"u8, problem.Message);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }
}
