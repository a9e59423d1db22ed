using Perch.Tests.Shared;

namespace Perch.Http.Tests.Engine;

/// <summary>What HttpGatewayOptions take.</summary>
public sealed class HttpGatewayOptionsTests
{
    [Fact]
    public void ANumberThatIsNoValueOfItsEnum_IsRefused() => EnumOptions.AssertNumbersWithoutANameAreRefused(new HttpGatewayOptions());
}
