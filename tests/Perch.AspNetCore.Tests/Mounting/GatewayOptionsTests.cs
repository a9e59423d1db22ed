using Perch.Tests.Shared;

namespace Perch.AspNetCore.Tests.Mounting;

/// <summary>What GatewayOptions take.</summary>
public sealed class GatewayOptionsTests
{
    [Fact]
    public void ANumberThatIsNoValueOfItsEnum_IsRefused() => EnumOptions.AssertNumbersWithoutANameAreRefused(new GatewayOptions());
}
