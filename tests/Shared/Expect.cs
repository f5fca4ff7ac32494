using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Quern.Tests.Shared;

/// <summary>Assertions for inner loops.</summary>
internal static class Expect
{
    /// <summary>Fails unless a condition holds. The message is put together only then, which for each of many numbers would take longer than the test.</summary>
    public static void True([DoesNotReturnIf(false)] bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref Message message)
    {
        if (!condition)
        {
            Assert.Fail(message.ToString());
        }
    }

    /// <summary>An interpolated string whose parts are looked at only where the condition does not hold.</summary>
    [InterpolatedStringHandler]
    public ref struct Message
    {
        private DefaultInterpolatedStringHandler _text;

        public Message(int literalLength, int formattedCount, bool condition, out bool isNeeded)
        {
            isNeeded = !condition;
            _text = isNeeded ? new(literalLength, formattedCount) : default;
        }

        public void AppendLiteral(string text) => _text.AppendLiteral(text);

        public void AppendFormatted<T>(T value, string? format = null) => _text.AppendFormatted(value, format);

        public override string ToString() => _text.ToStringAndClear();
    }
}
