using System.Text;
using System.Text.Unicode;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.WebSockets;

public sealed class Utf8ValidatorTests
{
    // RFC 3629 §4: the first and the last character of each row, and what lies just outside.
    public static TheoryData<byte[], bool> Characters => new()
    {
        { [0x00], true }, { [0x7F], true },
        { [0xC2, 0x80], true }, { [0xDF, 0xBF], true },
        { [0xE0, 0xA0, 0x80], true }, { [0xE0, 0xBF, 0xBF], true },
        { [0xE1, 0x80, 0x80], true }, { [0xEC, 0xBF, 0xBF], true },
        { [0xED, 0x80, 0x80], true }, { [0xED, 0x9F, 0xBF], true },
        { [0xEE, 0x80, 0x80], true }, { [0xEF, 0xBF, 0xBF], true },
        { [0xF0, 0x90, 0x80, 0x80], true }, { [0xF0, 0xBF, 0xBF, 0xBF], true },
        { [0xF1, 0x80, 0x80, 0x80], true }, { [0xF3, 0xBF, 0xBF, 0xBF], true },
        { [0xF4, 0x80, 0x80, 0x80], true }, { [0xF4, 0x8F, 0xBF, 0xBF], true },

        { [0x80], false }, { [0xBF], false }, { [0xC0, 0x80], false }, { [0xC1, 0xBF], false },
        { [0xC2, 0x7F], false }, { [0xC2, 0xC0], false }, { [0xDF, 0x41], false },
        { [0xE0, 0x9F, 0xBF], false }, { [0xE1, 0x80, 0xC0], false }, { [0xED, 0xA0, 0x80], false }, { [0xED, 0xBF, 0xBF], false },
        { [0xF0, 0x8F, 0xBF, 0xBF], false }, { [0xF1, 0x80, 0x80, 0x7F], false }, { [0xF4, 0x90, 0x80, 0x80], false },
        { [0xF5, 0x80, 0x80, 0x80], false }, { [0xFF], false }, { [0xFE], false },
    };

    [Theory]
    [MemberData(nameof(Characters))]
    public void EveryCut_GivesTheSame(byte[] character, bool isValid)
    {
        foreach (string before in new[] { "", "a", "caf\u00e9 \u2603 \U0001F600", new string('x', 70) })
        {
            byte[] text = [.. Encoding.UTF8.GetBytes(before), .. character, .. "z"u8];
            for (int first = 0; first <= text.Length; first++)
            {
                for (int second = first; second <= text.Length; second++)
                {
                    Assert.Equal(isValid, Judge(text[..first], text[first..second], text[second..]));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Characters))]
    public void WhatCannotBecomeValid_IsRefusedByTheByteThatShowsIt(byte[] character, bool isValid)
    {
        // The shortest start that nothing can complete, found by trying what could.
        int shown = Enumerable.Range(1, character.Length).FirstOrDefault(length => !CanBeCompleted(character[..length]), int.MaxValue);
        Assert.Equal(isValid, shown == int.MaxValue);

        var validator = default(Utf8Validator);
        for (int i = 0; i < Math.Min(shown, character.Length); i++)
        {
            Assert.Equal(i + 1 < shown, validator.Append(character.AsSpan(i, 1)));
        }
    }

    [Fact]
    public void CharacterThatIsCut_IsNotComplete()
    {
        byte[] text = "\u2603"u8.ToArray();
        for (int length = 0; length <= text.Length; length++)
        {
            var validator = default(Utf8Validator);
            Assert.True(validator.Append(text.AsSpan(0, length)));
            Assert.Equal(length is 0 or 3, validator.IsComplete);
        }
    }

    [Fact]
    public void RandomBytes_AreJudgedAsDotNetDoes()
    {
        var random = new Random(5);
        byte[] pieces = [0x41, 0x80, 0xBF, 0xC2, 0xE0, 0xA0, 0xED, 0x9F, 0xF0, 0x90, 0xF4, 0x8F, 0xEF, 0xFF];
        for (int i = 0; i < Parsing.Fuzz.Iterations; i++)
        {
            byte[] text = [.. Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)])];
            int cut = random.Next(text.Length + 1);
            Assert.Equal(Utf8.IsValid(text), Judge(text[..cut], text[cut..]));
        }
    }

    private static bool Judge(params byte[][] parts)
    {
        var validator = default(Utf8Validator);
        return parts.All(part => validator.Append(part)) && validator.IsComplete;
    }

    private static bool CanBeCompleted(byte[] start) =>
        Utf8.IsValid(start) || (start.Length < 4 && Enumerable.Range(0x80, 0x40).Any(next => CanBeCompleted([.. start, (byte)next])));
}
