namespace Perch.Loops;

/// <summary>On a connection: completing its output closes that direction alone, and the peer is told so at once.</summary>
internal interface IHalfCloseFeature;
