using System.Reflection;
using Xunit;

namespace Perch.Tests.Shared;

/// <summary>Options that have an enum for their values.</summary>
internal static class EnumOptions
{
    /// <summary>From code, where no text is parsed: a number that no name stands for.</summary>
    internal static void AssertNumbersWithoutANameAreRefused(object options)
    {
        PropertyInfo[] properties = [.. options.GetType().GetProperties().Where(property => property is { CanWrite: true, PropertyType.IsEnum: true })];
        Assert.NotEmpty(properties);
        foreach (PropertyInfo property in properties)
        {
            object before = property.GetValue(options)!;
            foreach (int number in (int[])[-1, 0x200, int.MaxValue])
            {
                object value = Enum.ToObject(property.PropertyType, number);
                Exception? refused = Assert.Throws<TargetInvocationException>(() => property.SetValue(options, value)).InnerException;
                Assert.Equal("value", Assert.IsType<ArgumentOutOfRangeException>(refused).ParamName);
            }

            Assert.Equal(before, property.GetValue(options));
        }
    }
}
