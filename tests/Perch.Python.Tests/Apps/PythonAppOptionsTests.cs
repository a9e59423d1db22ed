using Perch.Tests.Shared;

namespace Perch.Python.Tests.Apps;

/// <summary>What PythonAppOptions take.</summary>
public sealed class PythonAppOptionsTests
{
    [Fact]
    public void ANumberThatIsNoValueOfItsEnum_IsRefused() => EnumOptions.AssertNumbersWithoutANameAreRefused(new PythonAppOptions());
}
