namespace Perch;

/// <summary>Where a host runs the lifespans of its apps; what mounts an app below HTTP adds it here too.</summary>
internal interface ILifespans
{
    /// <summary>Adds an app; one that is there already keeps the lifespan it has.</summary>
    LifespanRunner Add(GatewayApp app);
}
