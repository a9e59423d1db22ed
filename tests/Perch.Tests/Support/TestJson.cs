using System.Text.Json.Serialization;

namespace Perch.Tests.Support;

internal sealed record Point(int X, int Y);

[JsonSerializable(typeof(Point))]
internal sealed partial class TestJson : JsonSerializerContext;
