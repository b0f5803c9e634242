using System.Text;

namespace Metrics.Benchmarks.Load;

/// <summary>Requests as they are sent.</summary>
internal static class HttpText
{
    private const string Common = "HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n";

    public static byte[] Get(string path) => Encoding.ASCII.GetBytes($"GET {path} {Common}\r\n");

    /// <param name="json">Within ASCII.</param>
    public static byte[] Post(string path, string json) =>
        Encoding.ASCII.GetBytes($"POST {path} {Common}Content-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}");
}
